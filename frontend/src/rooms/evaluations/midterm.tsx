import { Flex } from "antd";
import { api, type MidtermItem, type MidtermRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import type { Ask } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import type { FormProps, Thing } from "../../shared/thing";
import { useStudents } from "./students";

function WriteMidterm({ record, done }: { record?: MidtermRecord; done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const writes = me.permissions.includes("evaluation.midterm");
  const students = useStudents(writes && !record);
  if (!writes || (record && record.state !== "draft")) return null;
  return (
    <AskButton
      type="primary"
      label={ui.write}
      submit={ui.save}
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
              } as Ask,
            ]),
        { name: "reported_on", label: fields.reported_on, kind: "date", initial: record?.reported_on },
        { name: "passed", label: fields.passed, kind: "yes", initial: record?.passed ?? true },
        {
          name: "opinion",
          label: fields.opinion,
          kind: "long",
          required: true,
          initial: record?.opinion,
        },
        { name: "second_half", label: fields.second_half, kind: "long", initial: record?.second_half },
        { name: "reason", label: fields.reason, kind: "long", initial: record?.reason },
      ]}
      send={(values) =>
        api.midtermEvaluationsWrite({
          body: {
            passed: false,
            enrolment_id: record?.enrolment_id,
            version: record?.version,
            ...values,
          } as never,
        })
      }
      done={done}
    />
  );
}

function MidtermBody({ record, done }: FormProps<MidtermRecord>) {
  return (
    <Flex>
      <WriteMidterm record={record} done={done} />
    </Flex>
  );
}

export const midtermEvaluations: Thing<MidtermItem, MidtermRecord, "midterm_evaluation"> = {
  path: "/midterm-evaluations",
  stage: "midterm_evaluation",
  flow: "midterm_evaluation",
  title: (record) => record.student_name,
  columns: ["student_name", "subject", "school_name", "mentor_name", "passed", "objection_until", "state"],
  filters: [
    { name: "q" },
    { name: "state", from: "midterm_evaluation" },
    { name: "subject", from: "subjects" },
  ],
  list: (query) => api.midtermEvaluationsList({ query: query as never }),
  get: (id) => api.midtermEvaluationsGet({ path: { thing_id: id } }),
  act: (id, action, body, headers) =>
    api.midtermEvaluationsAct({ path: { thing_id: id, action: action as never }, body, headers }),
  trail: (id) => api.midtermEvaluationsTrail({ path: { thing_id: id } }),
  facts: [
    "student_name",
    "number",
    "subject",
    "school_name",
    "mentor_name",
    "passed",
    "reported_on",
    "objection_until",
    "overturned",
  ],
  texts: ["opinion", "second_half", "reason", "objection"],
  steps: ["draft", "submitted", "confirmed", "filed"],
  Body: MidtermBody,
  Tools: WriteMidterm,
};
