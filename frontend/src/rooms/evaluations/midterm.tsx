import { Card } from "antd";
import { api, type MidtermItem, type MidtermRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import type { Ask, Values } from "../../shared/ask-field";
import { useKnownMe, useWords } from "../../shared/context";
import { EVALUATED, InitialOf, Judgements } from "../../shared/evaluated";
import { useNamed, useOptions, usePlan } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { fill } from "../../words";
import { midtermWords } from "../../words/midterm";
import { ProblemsOf } from "./problems";
import { besideLater, SoFar } from "./so-far";
import { useStudents } from "./students";

/** The team's evaluation after the report: every dimension of the plan with a level and a reason, then the whole. */
function WriteMidterm({ record, done }: { record?: MidtermRecord; done: () => void }) {
  const { fields, ui, language } = useWords();
  const words = midtermWords(language);
  const me = useKnownMe();
  const name = useNamed();
  const plan = usePlan()?.evaluations.midterm;
  const levels = useOptions(plan?.levels);
  const writes = me.permissions.includes("evaluation.midterm");
  const students = useStudents(writes && !record);
  if (!writes || (record && record.state !== "draft")) return null;
  const dimensions = plan?.dimensions ?? [];
  const whom: Ask = {
    name: "enrolment_id",
    label: fields.student_name,
    kind: "choice",
    options: students,
    required: true,
    hint: besideLater,
  };
  const judged = (values: Values) =>
    Object.fromEntries(
      dimensions
        .filter((one) => values[`level_${one.code}`])
        .map((one) => [
          one.code,
          { level: values[`level_${one.code}`], reason: values[`reason_${one.code}`] ?? "" },
        ]),
    );
  return (
    <AskButton
      type="primary"
      label={ui.write}
      submit={ui.save}
      asks={[
        ...(record ? [] : [whom]),
        { name: "reported_on", label: fields.reported_on, kind: "date", initial: record?.reported_on },
        ...dimensions.flatMap((one): Ask[] => [
          {
            name: `level_${one.code}`,
            label: name(one),
            kind: "choice",
            options: levels,
            initial: record?.judgements[one.code]?.level,
          },
          {
            name: `reason_${one.code}`,
            label: fill(words.because, { dimension: name(one) }),
            kind: "long",
            rows: 2,
            max: 1000,
            initial: record?.judgements[one.code]?.reason,
          },
        ]),
        {
          name: "opinion",
          label: fields.opinion,
          kind: "long",
          required: true,
          initial: record?.opinion,
        },
        { name: "questions", label: fields.questions, kind: "long", initial: record?.questions },
        { name: "second_half", label: fields.second_half, kind: "long", initial: record?.second_half },
        { name: "passed", label: fields.passed, kind: "yes", initial: record?.passed ?? true },
        { name: "reason", label: words.failReason, kind: "long", initial: record?.reason },
      ]}
      send={(values) =>
        api.midtermEvaluationsWrite({
          body: {
            enrolment_id: record?.enrolment_id ?? values.enrolment_id,
            version: record?.version,
            reported_on: values.reported_on,
            judgements: judged(values),
            opinion: values.opinion,
            questions: values.questions ?? "",
            second_half: values.second_half ?? "",
            passed: values.passed ?? false,
            reason: values.reason ?? "",
          } as never,
        })
      }
      done={done}
    />
  );
}

function MidtermBody({ record, done }: FormProps<MidtermRecord>) {
  const words = midtermWords(useWords().language);
  return (
    <>
      <Card
        size="small"
        title={words.judgement}
        extra={<WriteMidterm record={record} done={done} />}
        styles={{ body: { display: "flex", flexDirection: "column", gap: 12 } }}
      >
        <Judgements record={record} />
      </Card>
      <SoFar enrolment={record.enrolment_id} />
      <InitialOf enrolment={record.enrolment_id} />
      <ProblemsOf enrolment={record.enrolment_id} done={done} />
    </>
  );
}

export const midtermEvaluations: Thing<MidtermItem, MidtermRecord, "midterm_evaluation"> = {
  path: "/midterm-evaluations",
  stage: "midterm_evaluation",
  flow: "midterm_evaluation",
  title: (record) => record.student_name,
  columns: [...EVALUATED.columns, "passed", "objection_until", "state"],
  filters: EVALUATED.filters("midterm_evaluation"),
  list: (query) => api.midtermEvaluationsList({ query: query as never }),
  get: (id) => api.midtermEvaluationsGet({ path: { thing_id: id } }),
  act: (id, action, body, headers) =>
    api.midtermEvaluationsAct({ path: { thing_id: id, action: action as never }, body, headers }),
  trail: (id) => api.midtermEvaluationsTrail({ path: { thing_id: id } }),
  facts: [...EVALUATED.facts, "passed", "reported_on", "objection_until", "overturned"],
  texts: ["opinion", "questions", "second_half", "reason", "objection"],
  steps: ["draft", "submitted", "confirmed", "filed"],
  Body: MidtermBody,
  Tools: WriteMidterm,
};
