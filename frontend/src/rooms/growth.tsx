import { useQuery } from "@tanstack/react-query";
import { Button, Card } from "antd";
import { api, type LogItem, type LogRecord, type MissingLog, ok } from "../api";
import { AskButton } from "../shared/ask-button";
import { type Ask, AskForm } from "../shared/ask-form";
import { useKnownMe, useWords } from "../shared/context";
import { DownloadButton } from "../shared/download-button";
import type { FormProps, Thing } from "../shared/thing";

function Write({ done }: { done: () => void }) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const writes = me.permissions.includes("growth.write");
  const { data } = useQuery({
    queryKey: ["growth-logs", "missing"],
    queryFn: () => ok(api.growthLogsMissing({ query: { size: 100 } })),
    enabled: writes,
  });
  if (!writes) return null;
  const sessions = (data?.items ?? []).map((m) => ({ value: m.session_id, label: m.session_title }));
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
          { name: "did", label: fields.did, kind: "long", required: true },
          { name: "learned", label: fields.learned, kind: "long", required: true },
          { name: "next_steps", label: fields.next_steps, kind: "long" },
          { name: "file_id", label: fields.file_name, kind: "file" },
        ]}
        send={(values, headers) =>
          api.growthLogsCreate({ body: { ...values, submit: true } as never, headers })
        }
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
              ...(["did", "learned", "next_steps"] as const).map(
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
    "reviewed_by_name",
  ],
  texts: ["did", "learned", "next_steps", "review"],
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
