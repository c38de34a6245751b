import { useQuery } from "@tanstack/react-query";
import { Card, List, Tag } from "antd";
import { useState } from "react";
import { api, ok, type TrainingPlanItem, type TrainingPlanRecord } from "../../api";
import { type Ask, AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { useOptions, usePlan } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
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

/** A new plan, or one in the making: topic, aims, and what is done in which month. */
function Write({ record, done }: { record?: TrainingPlanRecord; done: () => void }) {
  const { fields, ui } = useWords();
  const [steps, setSteps] = useState<Step[]>(record?.steps ?? []);
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
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const activities = useOptions(usePlan()?.training.activities);
  return (
    <Card
      size="small"
      title={fields.steps}
      extra={
        me.permissions.includes("training.plan") &&
        record.state === "draft" && (
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
        )
      }
    >
      <List
        size="small"
        dataSource={record.steps}
        locale={{ emptyText: ui.none }}
        renderItem={(step) => (
          <List.Item>
            <span>
              <Tag className="fact">{step.month}</Tag>
              {activities.find((a) => a.value === step.activity)?.label} · {step.title}
            </span>
          </List.Item>
        )}
      />
    </Card>
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
