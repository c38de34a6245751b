import { Card } from "antd";
import { api, type InitialItem, type InitialRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import type { Ask } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { EVALUATED, Opinions } from "../../shared/evaluated";
import { useNamed, usePlan } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { beside, SoFar } from "./so-far";
import { useStudents } from "./students";

function WriteInitial({ record, done }: { record?: InitialRecord; done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const plan = usePlan();
  const name = useNamed();
  const writes = me.permissions.includes("evaluation.initial");
  const students = useStudents(writes && !record);
  if (!writes || (record && record.state !== "draft")) return null;
  const parts = plan?.evaluations.initial.fields ?? [];
  return (
    <AskButton
      type="primary"
      label={ui.write}
      submit={ui.save}
      intro={record && <SoFar enrolment={record.enrolment_id} />}
      asks={[
        ...(record
          ? []
          : [
              {
                name: "enrolment_id",
                label: fields.student_name,
                kind: "choice",
                options: students,
                required: true,
                hint: beside,
              } as Ask,
            ]),
        ...parts.map(
          (part): Ask => ({
            name: part.code,
            label: name(part),
            kind: "long",
            initial: record?.opinions[part.code],
          }),
        ),
      ]}
      send={(values) =>
        api.initialEvaluationsWrite({
          body: {
            enrolment_id: record?.enrolment_id ?? (values.enrolment_id as string),
            version: record?.version,
            opinions: Object.fromEntries(parts.map((p) => [p.code, (values[p.code] as string) ?? ""])),
          },
        })
      }
      done={done}
    />
  );
}

function InitialBody({ record, done }: FormProps<InitialRecord>) {
  const { fields } = useWords();
  return (
    <>
      <SoFar enrolment={record.enrolment_id} />
      <Card size="small" title={fields.opinions} extra={<WriteInitial record={record} done={done} />}>
        <Opinions record={record} />
      </Card>
    </>
  );
}

export const initialEvaluations: Thing<InitialItem, InitialRecord, "initial_evaluation"> = {
  path: "/initial-evaluations",
  stage: "initial_evaluation",
  flow: "initial_evaluation",
  title: (record) => record.student_name,
  columns: [...EVALUATED.columns, "university_name", "state", "state_since"],
  filters: EVALUATED.filters("initial_evaluation"),
  list: (query) => api.initialEvaluationsList({ query: query as never }),
  get: (id) => api.initialEvaluationsGet({ path: { thing_id: id } }),
  act: (id, action, body, headers) =>
    api.initialEvaluationsAct({ path: { thing_id: id, action: action as never }, body, headers }),
  trail: (id) => api.initialEvaluationsTrail({ path: { thing_id: id } }),
  facts: [...EVALUATED.facts],
  steps: ["draft", "submitted"],
  Body: InitialBody,
  Tools: WriteInitial,
};
