import { useQuery } from "@tanstack/react-query";
import { type AnnualRecord, api, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import type { Ask } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { useOptions, usePlan } from "../../shared/plan";

/** The student's own form: the report, what it says, and a file of each kind the plan asks for. */
export function Dossier({ record, done }: { record?: AnnualRecord; done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const plan = usePlan();
  const kinds = useOptions(plan?.evaluations.annual.materials);
  const writes = me.permissions.includes("evaluation.dossier");
  const { data } = useQuery({
    queryKey: ["enrolments", "own"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 1 } })),
    enabled: writes,
  });
  const written = useQuery({
    queryKey: ["/annual-evaluations", "own"],
    queryFn: () => ok(api.annualEvaluationsList({ query: { size: 1 } })),
    enabled: writes && !record,
  });
  const own = data?.items[0];
  const kept = (kind: string) => record?.materials.find((material) => material.kind === kind);
  if (!writes || !own || (record ? record.state !== "open" : written.data?.total !== 0)) return null;
  return (
    <AskButton
      type="primary"
      label={ui.write}
      submit={ui.save}
      asks={[
        {
          name: "report_title",
          label: fields.report_title,
          required: true,
          initial: record?.report_title,
        },
        { name: "summary", label: fields.summary, kind: "long", initial: record?.summary },
        ...kinds.map(
          (kind): Ask => ({
            name: `file_${kind.value}`,
            label: plan?.evaluations.annual.required_materials.includes(kind.value)
              ? `${kind.label}（${ui.needed}）`
              : kind.label,
            kind: "file",
            named: kept(kind.value)?.file_id ? ui.fileKept : null,
            initial: kept(kind.value)?.file_id,
          }),
        ),
      ]}
      send={(values) => {
        const materials = kinds
          .filter((kind) => values[`file_${kind.value}`])
          .map((kind) => ({ kind: kind.value, title: kind.label, file_id: values[`file_${kind.value}`] }));
        const { report_title, summary } = values;
        return api.annualEvaluationsWrite({
          body: { report_title, summary, materials, enrolment_id: own.id, version: record?.version } as never,
        });
      }}
      done={done}
    />
  );
}
