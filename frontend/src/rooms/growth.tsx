import { useQuery } from "@tanstack/react-query";
import { Button, Card, Flex } from "antd";
import { api, type LogItem, type LogRecord, type MissingLog, ok } from "../api";
import { AskButton } from "../shared/ask-button";
import { type Ask, AskForm } from "../shared/ask-form";
import { useKnownMe, useWords } from "../shared/context";
import { DownloadButton } from "../shared/download-button";
import type { FormProps, Thing } from "../shared/thing";
import { Viewer } from "../shared/viewer";

const TEXTS = ["reading", "discussed", "heard", "did", "learned", "hard", "next_steps"] as const;

function Write({ done }: { done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const writes = me.permissions.includes("growth.write");
  const { data } = useQuery({
    queryKey: ["growth-logs", "mine"],
    queryFn: () => ok(api.growthLogsMine()),
    enabled: writes,
  });
  if (!writes) return null;
  // What was begun on the phone goes on there: a second text beside it would have to be chosen between.
  const due = (data?.due ?? []).filter((line) => line.draft === null);
  const sessions = due.map((line) => ({ value: line.session_id, label: line.session_title }));
  return (
    <>
      <Button href="/m/">{ui.light}</Button>
      <AskButton
        type="primary"
        label={ui.writeLog}
        disabled={sessions.length === 0}
        submit={ui.submit}
        asks={[
          {
            name: "session_id",
            label: fields.session_title,
            kind: "choice",
            options: sessions,
            required: true,
          },
          ...(data?.asked.fields ?? []).map(
            (name): Ask => ({
              name,
              label: fields[name],
              kind: "long",
              required: data?.asked.required.includes(name),
            }),
          ),
          { name: "file_id", label: fields.file_name, kind: "file" },
        ]}
        send={(values, headers) => api.growthLogsCreate({ body: values as never, headers })}
        done={done}
      />
    </>
  );
}

function Body({ record, done }: FormProps<LogRecord>) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const edits = me.permissions.includes("growth.write") && ["draft", "returned"].includes(record.state);
  return (
    <>
      {record.photos.length > 0 && (
        <Card size="small" title={fields.photos}>
          <Flex vertical gap={12}>
            {record.photos.map((photo) => (
              <Viewer
                key={photo.id}
                path={`/growth-logs/${record.id}/photos/${photo.id}`}
                name={photo.name}
                type="image/jpeg"
              />
            ))}
          </Flex>
        </Card>
      )}
      {record.file_id && (
        <DownloadButton
          label={record.file_name ?? ui.download}
          path={`/growth-logs/${record.id}/file`}
          name={record.file_name ?? "file"}
        />
      )}
      {edits && (
        <Card size="small" title={ui.edit}>
          <AskForm
            submit={ui.save}
            asks={[
              ...TEXTS.map(
                (name): Ask => ({ name, label: fields[name], kind: "long", initial: record[name] }),
              ),
              {
                name: "file_id",
                label: fields.file_name,
                kind: "file",
                named: record.file_name,
                initial: record.file_id,
              },
            ]}
            send={(values) =>
              api.growthLogsUpdate({
                path: { log_id: record.id },
                body: { ...values, version: record.version } as never,
              })
            }
            done={done}
          />
        </Card>
      )}
    </>
  );
}

export const growthLogs: Thing<LogItem, LogRecord, "growth_log"> = {
  path: "/growth-logs",
  stage: "training",
  flow: "growth_log",
  title: (record) => `${record.student_name} · ${record.session_title}`,
  columns: ["student_name", "session_title", "held_at", "submitted_at", "late", "mentor_name", "state"],
  filters: [{ name: "q" }, { name: "state", from: "growth_log" }],
  list: (query) => api.growthLogsList({ query: query as never }),
  get: (id) => api.growthLogsGet({ path: { log_id: id } }),
  act: (id, action, body, headers) =>
    api.growthLogsAct({ path: { log_id: id, action: action as never }, body, headers }),
  trail: (id) => api.growthLogsTrail({ path: { log_id: id } }),
  facts: [
    "student_name",
    "subject",
    "mentor_name",
    "held_at",
    "due_at",
    "submitted_at",
    "late",
    "receipt_number",
    "reviewed_by_name",
  ],
  texts: [...TEXTS, "review"],
  steps: ["draft", "submitted", "accepted"],
  Body,
  Tools: Write,
};

export const missingLogs: Thing<MissingLog & { id: string }, MissingLog & { id: string; version: number }> = {
  path: "/missing-logs",
  stage: "training",
  title: (record) => record.session_title,
  columns: ["student_name", "session_title", "held_at", "due_at"],
  filters: [],
  list: async (query) => {
    const answer = await api.growthLogsMissing({ query: query as never });
    const items = answer.data?.items.map((m) => ({ ...m, id: `${m.session_id} ${m.enrolment_id}` })) ?? [];
    return { ...answer, data: answer.data && { ...answer.data, items } };
  },
};
