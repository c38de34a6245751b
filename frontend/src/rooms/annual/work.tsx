import { Card, Empty, Segmented } from "antd";
import { useState } from "react";
import type { AnnualRecord } from "../../api";
import { useWords } from "../../shared/context";
import { Viewer } from "../../shared/viewer";

/** The papers of a dossier, one at a time, in the page. */
export function Work({ record }: { record: AnnualRecord }) {
  const { fields, ui } = useWords();
  const papers = record.materials.filter((one) => one.file_id);
  const [at, setAt] = useState(0);
  const shown = papers[at];
  return (
    <Card size="small" title={fields.materials}>
      {papers.length > 1 && (
        <Segmented
          value={at}
          options={papers.map((one, value) => ({ value, label: one.title }))}
          onChange={setAt}
          style={{ maxWidth: "100%", overflowX: "auto" }}
        />
      )}
      {shown ? (
        <Viewer
          key={shown.file_id}
          path={`/evaluations/annual/${record.id}/materials/${shown.file_id}`}
          name={`${record.student_name}-${shown.title}`}
        />
      ) : (
        <Empty description={ui.none} />
      )}
    </Card>
  );
}
