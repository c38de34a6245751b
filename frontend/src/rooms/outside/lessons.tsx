import { useQuery } from "@tanstack/react-query";
import { Card, List } from "antd";
import { api, type LessonItem, type LessonRecord, ok } from "../../api";
import { type Ask, AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { useOptions, usePlan } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { outsideWords } from "../../words/outside";

/** A training session at the school: seconds to record, and the school confirms it. */
function Write({ record, done }: { record?: LessonRecord; done: () => void }) {
  const { fields, ui, language } = useWords();
  const words = outsideWords(language);
  const me = useKnownMe();
  const kinds = useOptions(usePlan()?.school_hours?.kinds);
  const { data } = useQuery({
    queryKey: ["enrolments", "active"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100, state: "active" } })),
  });
  if (!data) return null;
  const options = data.items.map((one) => ({ value: one.id, label: one.name }));
  const ended = record
    ? new Date(Date.parse(record.starts_at) + record.minutes * 60_000).toISOString()
    : me.now;
  const began = record?.starts_at ?? new Date(Date.parse(me.now) - 90 * 60_000).toISOString();
  const asks: Ask[] = [
    { name: "title", label: fields.lesson_title, required: true, initial: record?.lesson_title },
    {
      name: "kind",
      label: fields.kind,
      kind: "choice",
      options: kinds,
      required: true,
      initial: record?.kind ?? kinds[0]?.value,
    },
    { name: "starts_at", label: fields.starts_at, kind: "time", required: true, initial: began },
    { name: "ends_at", label: fields.ends_at, kind: "time", required: true, initial: ended },
    {
      name: "enrolment_ids",
      label: words.students,
      kind: "choices",
      options,
      required: true,
      initial: record?.students.map((one) => one.enrolment_id) ?? options.map((one) => one.value),
    },
    { name: "line", label: fields.line, initial: record?.line, max: 500 },
  ];
  return (
    <AskForm
      submit={ui.save}
      asks={record ? [...asks, { name: "reason", label: words.reason }] : asks}
      send={(values, headers) =>
        record
          ? api.lessonsCorrect({
              path: { lesson_id: record.id },
              body: { ...values, version: record.version } as never,
              headers,
            })
          : api.lessonsCreate({ body: values as never, headers })
      }
      done={done}
    />
  );
}

function New({ done }: { done: () => void }) {
  const { language } = useWords();
  if (!useKnownMe().permissions.includes("lesson.record")) return null;
  return (
    <DialogButton type="primary" label={outsideWords(language).record}>
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

function Students({ record }: FormProps<LessonRecord>) {
  const { language } = useWords();
  return (
    <Card size="small" title={outsideWords(language).students}>
      <List
        size="small"
        dataSource={record.students}
        renderItem={(one) => <List.Item>{one.student_name}</List.Item>}
      />
    </Card>
  );
}

export const lessons: Thing<LessonItem, LessonRecord, "lesson"> = {
  path: "/lessons",
  stage: "training",
  flow: "lesson",
  title: (record) => record.lesson_title,
  columns: ["lesson_title", "teacher_name", "school_name", "starts_at", "minutes", "present", "state"],
  filters: [{ name: "state", from: "lesson" }],
  list: (query) => api.lessonsList({ query: query as never }),
  get: (id) => api.lessonsGet({ path: { lesson_id: id } }),
  act: (id, action, body, headers) =>
    api.lessonsAct({ path: { lesson_id: id, action: action as never }, body, headers }),
  trail: (id) => api.lessonsTrail({ path: { lesson_id: id } }),
  facts: ["teacher_name", "school_name", "starts_at", "minutes"],
  texts: ["line"],
  steps: ["recorded", "confirmed"],
  forms: { correct: Write as never },
  Body: Students,
  Tools: New,
};
