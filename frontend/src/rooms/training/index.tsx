import { useQuery } from "@tanstack/react-query";
import { Card, List, Tag } from "antd";
import { useState } from "react";
import { api, ok, type TrainingPlanItem, type TrainingPlanRecord } from "../../api";
import { type Ask, AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import type { FormProps, Thing } from "../../shared/thing";
import { fill } from "../../words";
import { yearWords } from "../../words/year";
import { Editions } from "./editions";
import { StepLine } from "./progress";
import { type Step, StepsEditor } from "./steps";

function Draft({ done }: { done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  if (!me.permissions.includes("training.plan")) return null;
  return (
    <DialogButton type="primary" label={ui.create}>
      {(close) => (
        <Write
          done={() => {
            close();
            done();
          }}
        />
      )}
    </DialogButton>
  );
}

/** What somebody wrote of a step; how far it is belongs to the running plan. */
function written({ id, activity, title, detail, month, milestone, led_by }: Step): Step {
  return { id, activity, title, detail, month, milestone, led_by };
}

/** A new plan, or one in the making: topic, aims, and what is done in which month. */
function Write({ record, done }: { record?: TrainingPlanRecord; done: () => void }) {
  const { fields, ui, language } = useWords();
  const words = yearWords(language);
  const [steps, setSteps] = useState<Step[]>(() => (record?.steps ?? []).map(written));
  const { data } = useQuery({
    queryKey: ["enrolments", "mine"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100 } })),
    enabled: !record,
  });
  const students = (data?.items ?? []).map((e) => ({ value: e.id, label: `${e.name} · ${e.school_name}` }));
  const whose: Ask[] = record
    ? []
    : [
        {
          name: "enrolment_id",
          label: fields.student_name,
          kind: "choice",
          options: students,
          required: true,
        },
      ];
  return (
    <AskForm
      submit={ui.save}
      asks={[
        ...whose,
        { name: "topic", label: fields.topic, initial: record?.topic, required: true },
        { name: "aims", label: fields.aims, kind: "long", initial: record?.aims },
        {
          name: "co_mentor_part",
          label: words.coMentorPart,
          kind: "long",
          rows: 2,
          max: 2000,
          initial: record?.co_mentor_part,
        },
      ]}
      send={(values, headers) => {
        const body = { ...values, steps: steps.filter((step) => step.title.trim() !== "") };
        return record
          ? api.trainingPlansUpdate({
              path: { plan_id: record.id },
              body: { ...body, version: record.version } as never,
            })
          : api.trainingPlansCreate({ body: body as never, headers });
      }}
      done={done}
    >
      {() => <StepsEditor steps={steps} change={setSteps} />}
    </AskForm>
  );
}

function Agree({ record, done }: FormProps<TrainingPlanRecord>) {
  const { acts } = useWords();
  return (
    <AskForm
      asks={[]}
      submit={acts.training_plan.agree}
      send={(_, headers) =>
        api.trainingPlansAgree({ path: { plan_id: record.id }, body: { version: record.version }, headers })
      }
      done={done}
    />
  );
}

function Steps({ record, done }: FormProps<TrainingPlanRecord>) {
  const { fields, ui, language } = useWords();
  const words = yearWords(language);
  const me = useKnownMe();
  const going = record.steps.filter((step) => step.state !== "dropped");
  const late = record.steps.filter((step) => step.late).length;
  const edits = me.permissions.includes("training.plan") && record.state === "draft";
  return (
    <>
      {me.permissions.includes("training.plan") && (record.interests || record.motivation) && (
        <Card size="small">
          <Said label={words.interests} text={record.interests} />
          <Said label={words.motivation} text={record.motivation} />
        </Card>
      )}
      {record.co_mentor_part && (
        <Card size="small">
          <Said
            label={[words.coMentorPart, record.co_mentor_name].filter(Boolean).join(" · ")}
            text={record.co_mentor_part}
          />
        </Card>
      )}
      <Card
        size="small"
        title={fields.steps}
        extra={
          <>
            <span className="quiet">
              {fill(words.progress, {
                done: record.steps.filter((step) => step.state === "done").length,
                all: going.length,
              })}
            </span>{" "}
            {late > 0 && <Tag color="orange">{fill(words.lateCount, { count: late })}</Tag>}
            {edits && (
              <DialogButton size="small" label={ui.edit}>
                {(close) => (
                  <Write
                    record={record}
                    done={() => {
                      close();
                      done();
                    }}
                  />
                )}
              </DialogButton>
            )}
          </>
        }
      >
        <List
          size="small"
          dataSource={record.steps}
          locale={{ emptyText: ui.none }}
          renderItem={(step) => <StepLine step={step} record={record} done={done} />}
        />
      </Card>
      {record.editions > 0 && <Editions id={record.id} />}
    </>
  );
}

function Said({ label, text }: { label: string; text: string }) {
  if (!text) return null;
  return (
    <p style={{ margin: "0 0 8px" }}>
      <span className="quiet">{label}</span>
      <br />
      {text}
    </p>
  );
}

export const trainingPlans: Thing<TrainingPlanItem, TrainingPlanRecord, "training_plan"> = {
  path: "/training-plans",
  stage: "training",
  flow: "training_plan",
  title: (record) => `${record.student_name} · ${record.topic}`,
  columns: ["student_name", "subject", "topic", "mentor_name", "university_name", "revision", "state"],
  filters: [
    { name: "state", from: "training_plan" },
    { name: "subject", from: "subjects" },
  ],
  list: (query) => api.trainingPlansList({ query: query as never }),
  get: (id) => api.trainingPlansGet({ path: { plan_id: id } }),
  act: (id, action, body, headers) =>
    api.trainingPlansAct({ path: { plan_id: id, action: action as never }, body, headers }),
  trail: (id) => api.trainingPlansTrail({ path: { plan_id: id } }),
  facts: [
    "student_name",
    "mentor_name",
    "university_name",
    "subject",
    "revision",
    "student_agreed_at",
    "teacher_agreed_at",
  ],
  texts: ["topic", "aims"],
  steps: ["draft", "proposed", "confirmed", "agreed"],
  forms: { agree: Agree },
  Body: Steps,
  Tools: Draft,
};
