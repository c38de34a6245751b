import { useQuery } from "@tanstack/react-query";
import { type AppraisalItem, api, ok, type SummaryItem, type SummaryRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import type { FormProps, Recorded, Thing } from "../../shared/thing";

function Write({ record, done }: { record?: SummaryRecord; done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const { data } = useQuery({
    queryKey: ["summaries", "own", me.membership.unit_id],
    queryFn: () => ok(api.summariesList({ query: { unit: me.membership.unit_id } })),
  });
  const writes = me.permissions.includes("summary.write");
  const own = record && record.unit_id === me.membership.unit_id && record.state === "draft";
  if (!writes || !(own || (!record && data?.total === 0))) return null;
  return (
    <AskButton
      type="primary"
      label={record ? ui.edit : ui.write}
      submit={ui.save}
      asks={[
        {
          name: "text",
          label: fields.text,
          kind: "long",
          max: 20000,
          required: true,
          initial: record?.text,
        },
        {
          name: "file_id",
          label: fields.file_name,
          kind: "file",
          named: record?.file_name,
          initial: record?.file_id,
        },
      ]}
      send={(values, headers) =>
        record
          ? api.summariesUpdate({
              path: { summary_id: record.id },
              body: { ...values, version: record.version } as never,
            })
          : api.summariesCreate({ body: values as never, headers })
      }
      done={done}
    />
  );
}

function Body({ record, done }: FormProps<SummaryRecord>) {
  const { ui } = useWords();
  return (
    <div>
      <Write record={record} done={done} />
      {record.file_id && (
        <DownloadButton
          label={record.file_name ?? ui.download}
          path={`/summaries/${record.id}/file`}
          name={record.file_name ?? "file"}
        />
      )}
    </div>
  );
}

export const summaries: Thing<SummaryItem, SummaryRecord, "summary"> = {
  path: "/summaries",
  stage: "acceptance",
  flow: "summary",
  title: (record) => record.unit_name,
  columns: ["unit_name", "submitted_at", "state", "state_since"],
  filters: [{ name: "state", from: "summary" }],
  list: (query) => api.summariesList({ query: query as never }),
  get: (id) => api.summariesGet({ path: { summary_id: id } }),
  act: (id, action, body, headers) =>
    api.summariesAct({ path: { summary_id: id, action: action as never }, body, headers }),
  trail: (id) => api.summariesTrail({ path: { summary_id: id } }),
  facts: ["unit_name", "submitted_at", "file_name"],
  texts: ["text"],
  steps: ["draft", "submitted", "accepted"],
  Body,
  Tools: Write,
};

function Appraise({ done }: { done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const writes = me.permissions.includes("appraisal.write");
  const { data } = useQuery({
    queryKey: ["units", "city"],
    queryFn: () => ok(api.unitsList({ query: { kind: "city", size: 100 } })),
    enabled: writes,
  });
  if (!writes) return null;
  return (
    <AskButton
      type="primary"
      label={ui.create}
      submit={ui.save}
      asks={[
        {
          name: "city_id",
          label: fields.city_name,
          kind: "choice",
          required: true,
          options: (data?.items ?? []).map((city) => ({ value: city.id, label: city.name })),
        },
        { name: "score", label: fields.score, kind: "number", min: 0, max: 100, required: true },
        { name: "comment", label: fields.comment, kind: "long" },
      ]}
      send={(values) => api.appraisalsWrite({ body: values as never })}
      done={done}
    />
  );
}

export const appraisals: Thing<AppraisalItem, AppraisalItem & Recorded> = {
  path: "/appraisals",
  stage: "acceptance",
  title: (record) => record.city_name,
  columns: ["city_name", "score", "comment"],
  filters: [],
  list: (query) => api.appraisalsList({ query: query as never }),
  Tools: Appraise,
};
