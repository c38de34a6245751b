import { useNavigate } from "@tanstack/react-router";
import { Button, Card, Flex, Tag } from "antd";
import { api, type ReportSessionItem, type ReportSessionRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { usePlan, useSubjectOptions } from "../../shared/plan";
import type { FormProps, Thing } from "../../shared/thing";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { midtermWords } from "../../words/midterm";
import { Order } from "./order";

/** A session of one's city; all students of the subject without a turn come into it, in a drawn order. */
function Arrange({ done }: { done: () => void }) {
  const { fields, language } = useWords();
  const words = midtermWords(language);
  const subjects = useSubjectOptions();
  const plan = usePlan();
  if (!useKnownMe().permissions.includes("midterm_session.arrange")) return null;
  return (
    <AskButton
      type="primary"
      label={words.arrange}
      intro={words.arrangeHint}
      asks={[
        { name: "subject", label: fields.subject, kind: "choice", options: subjects, required: true },
        { name: "starts_at", label: fields.starts_at, kind: "time", required: true },
        {
          name: "talk_minutes",
          label: fields.talk_minutes,
          kind: "number",
          min: 1,
          max: 240,
          required: true,
          initial: plan?.evaluations.midterm.talk_minutes,
        },
        { name: "place", label: fields.place, required: true },
      ]}
      send={(values, headers) => api.midtermSessionsCreate({ body: values as never, headers })}
      done={done}
    />
  );
}

function Change({ record, done }: FormProps<ReportSessionRecord>) {
  const { fields, ui } = useWords();
  return (
    <AskButton
      label={ui.edit}
      submit={ui.save}
      asks={[
        {
          name: "starts_at",
          label: fields.starts_at,
          kind: "time",
          required: true,
          initial: record.starts_at,
        },
        {
          name: "talk_minutes",
          label: fields.talk_minutes,
          kind: "number",
          min: 1,
          required: true,
          initial: record.talk_minutes,
        },
        { name: "place", label: fields.place, required: true, initial: record.place },
      ]}
      send={(values) =>
        api.midtermSessionsUpdate({
          path: { session_id: record.id },
          body: { ...values, version: record.version } as never,
        })
      }
      done={done}
    />
  );
}

/** The student's slides, until the session starts. */
function Slides({ record, done }: FormProps<ReportSessionRecord>) {
  const { language } = useWords();
  const words = midtermWords(language);
  const me = useKnownMe();
  const own = record.order.find((talk) => talk.mine);
  if (!own || !me.permissions.includes("midterm_session.put_slides")) return null;
  return (
    <Flex vertical gap={8}>
      <strong>{fill(words.yourTurn, { number: own.position, at: dateTime(own.starts_at, language) })}</strong>
      {record.state === "planned" && (
        <AskButton
          type="primary"
          label={own.slides_id ? words.otherSlides : words.putSlides}
          intro={words.slidesHint}
          asks={[{ name: "file_id", label: words.slides, kind: "file", required: true }]}
          send={(values) =>
            api.midtermSessionsPutSlides({ path: { session_id: record.id }, body: values as never })
          }
          done={done}
        />
      )}
    </Flex>
  );
}

function Body({ record, done }: FormProps<ReportSessionRecord>) {
  const { language } = useWords();
  const words = midtermWords(language);
  const navigate = useNavigate();
  const planned = record.state === "planned";
  return (
    <>
      <Flex gap={8} wrap align="center">
        {record.state !== "cancelled" && (
          <Button onClick={() => void navigate({ to: `/midterm-sessions/${record.id}/live` as string })}>
            {words.live}
          </Button>
        )}
        {record.arranges && planned && <Change record={record} done={done} />}
        {record.arranges && planned && (
          <AskButton
            label={words.draw}
            intro={words.drawHint}
            asks={[{ name: "reason", label: words.drawReason, required: true, max: 500 }]}
            send={(values, headers) =>
              api.midtermSessionsDraw({
                path: { session_id: record.id },
                body: { ...values, version: record.version } as never,
                headers,
              })
            }
            done={done}
          />
        )}
      </Flex>
      <Slides record={record} done={done} />
      <Card
        size="small"
        title={words.order}
        extra={record.by_hand ? <Tag>{words.byHand}</Tag> : <Tag>{words.drawn}</Tag>}
      >
        <Order record={record} done={done} />
        <div className="quiet" style={{ marginTop: 12, overflowWrap: "anywhere" }}>
          {fill(words.seed, { seed: record.seed })}
        </div>
      </Card>
    </>
  );
}

export const midtermSessions: Thing<ReportSessionItem, ReportSessionRecord, "midterm_session"> = {
  path: "/midterm-sessions",
  stage: "midterm_evaluation",
  flow: "midterm_session",
  title: (record, subject) => `${record.city_name} · ${subject(record.subject)}`,
  columns: ["subject", "city_name", "starts_at", "place", "talks", "slides", "state"],
  brief: ["city_name", "starts_at", "place"],
  filters: [
    { name: "state", from: "midterm_session" },
    { name: "subject", from: "subjects" },
    { name: "city", from: "cities" },
  ],
  list: (query) => api.midtermSessionsList({ query: query as never }),
  get: (id) => api.midtermSessionsGet({ path: { session_id: id } }),
  act: (id, action, body, headers) =>
    api.midtermSessionsAct({ path: { session_id: id, action: action as never }, body, headers }),
  trail: (id) => api.midtermSessionsTrail({ path: { session_id: id } }),
  facts: ["subject", "city_name", "place", "starts_at", "ends_at", "talk_minutes", "talks", "slides"],
  steps: ["planned", "running", "ended"],
  Body,
  Tools: Arrange,
};
