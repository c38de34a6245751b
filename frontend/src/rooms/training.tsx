import { useQuery } from "@tanstack/react-query";
import { Card, List, Tag } from "antd";
import {
  api,
  ok,
  type SessionItem,
  type SessionRecord,
  type TrainingPlanItem,
  type TrainingPlanRecord,
} from "../api";
import { AskForm } from "../shared/ask-form";
import { useKnownMe, useWords } from "../shared/context";
import { DialogButton } from "../shared/dialog";
import { useOptions, usePlan } from "../shared/plan";
import type { FormProps, Thing } from "../shared/thing";
import { word } from "../shared/values";

function Draft({ done }: { done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const writes = me.permissions.includes("training.plan");
  const { data } = useQuery({
    queryKey: ["enrolments", "mine"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100 } })),
    enabled: writes,
  });
  if (!writes) return null;
  const students = (data?.items ?? []).map((e) => ({ value: e.id, label: `${e.name} · ${e.school_name}` }));
  return (
    <DialogButton type="primary" label={ui.create}>
      {(close) => (
        <AskForm
          asks={[
            {
              name: "enrolment_id",
              label: fields.student_name,
              kind: "choice",
              options: students,
              required: true,
            },
            { name: "topic", label: fields.topic, required: true },
            { name: "aims", label: fields.aims, kind: "long" },
          ]}
          send={(values, headers) => api.trainingPlansCreate({ body: values as never, headers })}
          done={() => {
            close();
            done();
          }}
        />
      )}
    </DialogButton>
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
  const plan = usePlan();
  const activities = useOptions(plan?.training.activities);
  return (
    <Card
      size="small"
      title={fields.steps}
      extra={
        me.permissions.includes("training.plan") &&
        record.state === "draft" && (
          <DialogButton size="small" label={ui.edit}>
            {(close) => (
              <AskForm
                submit={ui.save}
                asks={[
                  { name: "topic", label: fields.topic, initial: record.topic, required: true },
                  { name: "aims", label: fields.aims, kind: "long", initial: record.aims },
                ]}
                send={(values) =>
                  api.trainingPlansUpdate({
                    path: { plan_id: record.id },
                    body: { ...values, version: record.version } as never,
                  })
                }
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

function Record({ done }: { done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const plan = usePlan();
  const activities = useOptions(plan?.training.activities);
  const records = me.permissions.includes("session.record");
  const { data } = useQuery({
    queryKey: ["enrolments", "active"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100, state: "active" } })),
    enabled: records,
  });
  if (!records) return null;
  const students = data?.items ?? [];
  const options = students.map((e) => ({ value: e.id, label: e.name }));
  return (
    <DialogButton type="primary" label={ui.recordSession}>
      {(close) => (
        <AskForm
          submit={ui.save}
          asks={[
            { name: "title", label: fields.session_title, required: true },
            { name: "activity", label: fields.activity, kind: "choice", options: activities, required: true },
            { name: "starts_at", label: fields.starts_at, kind: "time", required: true, initial: me.now },
            { name: "minutes", label: fields.minutes, kind: "number", min: 1, initial: 120, required: true },
            { name: "place", label: fields.place },
            { name: "on_campus", label: fields.on_campus, kind: "yes", initial: true },
            {
              name: "students",
              label: ui.attendance,
              kind: "choices",
              options,
              initial: options.map((o) => o.value),
              required: true,
            },
            { name: "notes", label: fields.notes, kind: "long" },
          ]}
          send={(values, headers) => {
            const { students: came, ...facts } = values;
            const chosen = (came as string[]) ?? [];
            return api.sessionsCreate({
              body: {
                on_campus: false,
                ...facts,
                mentor_id: students.find((e) => chosen.includes(e.id))?.mentor_id,
                attendance: chosen.map((enrolment_id) => ({ enrolment_id, mode: "face_to_face" })),
              } as never,
              headers,
            });
          }}
          done={() => {
            close();
            done();
          }}
        />
      )}
    </DialogButton>
  );
}

function Attended({ record }: FormProps<SessionRecord>) {
  const words = useWords();
  return (
    <Card size="small" title={words.ui.attendance}>
      <List
        size="small"
        dataSource={record.attendance}
        renderItem={(line) => (
          <List.Item>
            <span>{line.student_name}</span>
            <Tag>{word(words, "mode", line.mode)}</Tag>
          </List.Item>
        )}
      />
    </Card>
  );
}

export const sessions: Thing<SessionItem, SessionRecord> = {
  path: "/sessions",
  stage: "training",
  title: (record) => record.title,
  columns: ["title", "starts_at", "mentor_name", "given_by_name", "minutes", "on_campus", "present"],
  filters: [],
  list: (query) => api.sessionsList({ query: query as never }),
  get: (id) => api.sessionsGet({ path: { session_id: id } }),
  trail: (id) => api.sessionsTrail({ path: { session_id: id } }),
  facts: ["starts_at", "minutes", "place", "on_campus", "mentor_name", "given_by_name", "by_mentor"],
  texts: ["notes"],
  Body: Attended,
  Tools: Record,
};
