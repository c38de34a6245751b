import { useQuery } from "@tanstack/react-query";
import { Card, List, Radio, Tag } from "antd";
import { useState } from "react";
import { api, ok, type Present, type SessionItem, type SessionRecord } from "../../api";
import { type Ask, AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { useOptions, usePlan } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { word } from "../../shared/values";

type Mode = Present["mode"];
interface Line {
  enrolment_id: string;
  name: string;
  mode: Mode;
}

/** Who came and how: a touch for each student, face to face unless said otherwise. */
function Came({ lines, change }: { lines: Line[]; change: (lines: Line[]) => void }) {
  const { ui, enums } = useWords();
  const options = (Object.keys(enums.mode) as Mode[]).map((mode) => ({
    value: mode,
    label: enums.mode[mode],
  }));
  return (
    <div style={{ marginBottom: 16 }}>
      <div>{ui.attendance}</div>
      <List
        size="small"
        dataSource={lines}
        locale={{ emptyText: ui.none }}
        renderItem={(line) => (
          <List.Item>
            <span>{line.name}</span>
            <Radio.Group
              size="small"
              optionType="button"
              aria-label={line.name}
              options={options}
              value={line.mode}
              onChange={(event) =>
                change(
                  lines.map((one) =>
                    one.enrolment_id === line.enrolment_id
                      ? { ...one, mode: event.target.value as Mode }
                      : one,
                  ),
                )
              }
            />
          </List.Item>
        )}
      />
    </div>
  );
}

function Record({ done }: { done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  const records = me.permissions.includes("session.record");
  const { data } = useQuery({
    queryKey: ["enrolments", "active"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100, state: "active" } })),
    enabled: records,
  });
  if (!records || !data) return null;
  return (
    <DialogButton type="primary" label={ui.recordSession}>
      {(close) => (
        <Write
          lines={data.items.map((e) => ({ enrolment_id: e.id, name: e.name, mode: "face_to_face" }))}
          mentor={data.items[0]?.mentor_id}
          done={() => {
            close();
            done();
          }}
        />
      )}
    </DialogButton>
  );
}

/** A session to record, or one to correct: what, where, who came. */
function Write({
  record,
  lines: given,
  mentor,
  done,
}: {
  record?: SessionRecord;
  lines: Line[];
  mentor?: string;
  done: () => void;
}) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const activities = useOptions(usePlan()?.training.activities);
  const [lines, setLines] = useState(given);
  const fixed: Ask[] = [
    { name: "activity", label: fields.activity, kind: "choice", options: activities, required: true },
    { name: "starts_at", label: fields.starts_at, kind: "time", required: true, initial: me.now },
    { name: "minutes", label: fields.minutes, kind: "number", min: 1, initial: 120, required: true },
  ];
  return (
    <AskForm
      submit={ui.save}
      asks={[
        { name: "title", label: fields.session_title, required: true, initial: record?.title },
        ...(record ? [] : fixed),
        { name: "place", label: fields.place, initial: record?.place },
        { name: "on_campus", label: fields.on_campus, kind: "yes", initial: record?.on_campus ?? true },
        { name: "notes", label: fields.notes, kind: "long", initial: record?.notes },
      ]}
      send={(values, headers) => {
        const attendance = lines.map(({ enrolment_id, mode }) => ({ enrolment_id, mode }));
        return record
          ? api.sessionsUpdate({
              path: { session_id: record.id },
              body: { ...values, attendance, version: record.version } as never,
            })
          : api.sessionsCreate({
              body: { on_campus: false, ...values, mentor_id: mentor, attendance } as never,
              headers,
            });
      }}
      done={done}
    >
      {() => <Came lines={lines} change={setLines} />}
    </AskForm>
  );
}

function Attended({ record, done }: FormProps<SessionRecord>) {
  const words = useWords();
  const me = useKnownMe();
  const lines = record.attendance.map((line) => ({ ...line, name: line.student_name }));
  return (
    <Card
      size="small"
      title={words.ui.attendance}
      extra={
        me.permissions.includes("session.record") && (
          <DialogButton size="small" label={words.ui.correct}>
            {(close) => (
              <Write
                record={record}
                lines={lines}
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
