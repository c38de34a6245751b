import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Card, Col, Row, Tag, Typography } from "antd";
import { type AnnualItem, type AnnualRecord, api, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { type Ask, AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { EVALUATED, InitialOf, MidtermOf } from "../../shared/evaluated";
import { useOptions, usePlan, useSubjectOptions } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { fill } from "../../words";
import { panelWords } from "../../words/panel";
import { Dossier } from "./dossier";
import { Completeness, EditionsCard } from "./editions";
import { Expert, Judge } from "./expert";
import { LikenessCard } from "./likeness";
import { PanelCard } from "./panel";
import { Work } from "./work";

function Evaluate({ record, done }: FormProps<AnnualRecord>) {
  const { fields, acts } = useWords();
  const plan = usePlan();
  const levels = useOptions(plan?.evaluations.annual.mentor_levels);
  return (
    <AskForm
      submit={acts.annual_evaluation.evaluate}
      asks={[
        { name: "level", label: fields.mentor_level, kind: "choice", options: levels, required: true },
        { name: "opinion", label: fields.mentor_opinion, kind: "long", required: true },
      ]}
      send={(values, headers) =>
        api.annualEvaluationsEvaluate({
          path: { thing_id: record.id },
          body: { ...values, version: record.version } as never,
          headers,
        })
      }
      done={done}
    />
  );
}

function Body({ record, done }: FormProps<AnnualRecord>) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const plan = usePlan();
  const finals = record.sheets.some(
    (sheet) => sheet.mine && !sheet.recused_reason && (record.state === "recommended" || sheet.calibration),
  );
  const sits = record.panel.some((sheet) => sheet.mine && !sheet.recused_reason && !sheet.submitted_at);
  const Form =
    finals && me.permissions.includes("evaluation.score")
      ? Expert
      : sits && record.state === "mentor_evaluated"
        ? Judge
        : null;
  const judges = Form !== null;
  const shown = record.sheets.filter((sheet) => !(judges && sheet.mine));
  const level = useOptions(plan?.evaluations.annual.mentor_levels).find(
    (one) => one.value === record.mentor_level,
  );
  return (
    <>
      <Dossier record={record} done={done} />
      {record.state === "open" && <Completeness record={record} />}
      {Form ? (
        <Row gutter={[16, 16]}>
          <Col xs={24} lg={13}>
            <Work record={record} />
          </Col>
          <Col xs={24} lg={11}>
            <div style={{ position: "sticky", top: 12 }}>
              <Form key={record.id} record={record} done={done} />
            </div>
          </Col>
        </Row>
      ) : (
        <Work record={record} />
      )}
      {record.panel.length > 0 && Form !== Judge && <PanelCard record={record} />}
      <InitialOf enrolment={record.enrolment_id} />
      <MidtermOf enrolment={record.enrolment_id} />
      {record.editions.length > 1 && <EditionsCard record={record} />}
      {me.permissions.includes("evaluation.compare") && <LikenessCard id={record.id} />}
      {level && (
        <Card size="small" title={fields.mentor_level}>
          {level.label}
        </Card>
      )}
      {shown.map((sheet) => (
        <Card
          key={sheet.id}
          size="small"
          title={`${sheet.expert_name} · ${sheet.score ?? ui.final.unscored}`}
          extra={sheet.calibration && <Tag>{ui.final.calibration}</Tag>}
        >
          <Typography.Text>{sheet.comment}</Typography.Text>
          {sheet.recused_reason && <Tag color="orange">{`${ui.recuse}：${sheet.recused_reason}`}</Tag>}
        </Card>
      ))}
    </>
  );
}

/** As what works were given to a judge; a mentor's list has their own students besides. */
function useJudging() {
  const { ui, language } = useWords();
  const { permissions } = useKnownMe();
  const panel = (usePlan()?.evaluations.annual.panel?.judges ?? 0) > 0 && permissions.includes("panel.score");
  return [
    ...(panel ? [{ value: "panel", label: panelWords(language).sheet }] : []),
    ...(permissions.includes("evaluation.score") ? [{ value: "final", label: ui.final.sheet }] : []),
  ];
}

function Tools({ done }: { done: () => void }) {
  const words = useWords();
  const me = useKnownMe();
  const plan = usePlan();
  const subjects = useSubjectOptions();
  const { fields, ui } = words;
  const grades = me.permissions.includes("evaluation.grade");
  const { data } = useQuery({
    queryKey: ["experts"],
    queryFn: () => ok(api.membershipsList({ query: { role: "expert", size: 100 } })),
    enabled: grades,
  });

  const subject: Ask = {
    name: "subject",
    label: fields.subject,
    kind: "choice",
    options: subjects,
    required: true,
  };
  const experts = (data?.items ?? []).map((m) => ({ value: m.account_id, label: m.name }));
  if (me.permissions.includes("panel.assign") && plan?.evaluations.annual.panel?.judges) {
    return (
      <Link to={"/city-panel" as string}>
        <Button>{panelWords(words.language).title}</Button>
      </Link>
    );
  }
  if (!grades) return <Dossier done={done} />;
  return (
    <>
      <AskButton
        label={ui.assignExperts}
        submit={ui.submit}
        asks={[
          subject,
          {
            name: "account_ids",
            label: fields.experts,
            kind: "choices",
            options: experts,
            required: true,
            initial: experts.map((e) => e.value),
          },
          {
            name: "calibration",
            label: ui.final.calibrationCount,
            hint: ui.final.calibrationHint,
            kind: "number",
            min: 0,
            max: 5,
            initial: 0,
          },
        ]}
        send={(values, headers) => api.finalEvaluationsAssign({ body: values as never, headers })}
        done={done}
      />
      <Link to={"/final" as string}>
        <Button>{ui.final.compared}</Button>
      </Link>
      <AskButton
        type="primary"
        label={ui.grading}
        submit={ui.submit}
        asks={[subject]}
        send={(values, headers) => api.finalEvaluationsGrade({ body: values as never, headers })}
        done={done}
      />
    </>
  );
}

export const annualEvaluations: Thing<AnnualItem, AnnualRecord, "annual_evaluation"> = {
  path: "/annual-evaluations",
  stage: "annual_evaluation",
  flow: "annual_evaluation",
  title: (record) => record.student_name,
  // Who judges is not told whose work it is.
  columnNeeds: {
    number: "pairing.read",
    school_name: "pairing.read",
    mentor_name: "pairing.read",
    university_name: "pairing.read",
  },
  waits: (record, { ui }) => {
    if (record.state !== "recommended") return undefined;
    const asked = record.sheets.filter((sheet) => !sheet.calibration && !sheet.recused_reason);
    const left = asked.filter((sheet) => !sheet.submitted_at);
    if (left.some((sheet) => sheet.mine)) return ui.final.yours;
    return left.length > 0
      ? fill(ui.final.waitsExperts, { left: left.length, count: asked.length })
      : undefined;
  },
  columns: [...EVALUATED.columns, "report_title", "experts", "scored", "state"],
  filters: [...EVALUATED.filters("annual_evaluation"), { name: "judging", useOptions: useJudging }],
  list: (query) => api.annualEvaluationsList({ query: query as never }),
  get: (id) => api.annualEvaluationsGet({ path: { thing_id: id } }),
  act: (id, action, body, headers) =>
    api.annualEvaluationsAct({ path: { thing_id: id, action: action as never }, body, headers }),
  trail: (id) => api.annualEvaluationsTrail({ path: { thing_id: id } }),
  facts: [...EVALUATED.facts, "report_title", "mean"],
  texts: ["summary", "mentor_opinion"],
  steps: ["open", "submitted", "mentor_evaluated", "recommended", "graded"],
  forms: { evaluate: Evaluate },
  Body,
  Tools,
};
