import { Alert, Card, Flex, Tag, Typography } from "antd";
import { api, type BatchItem, type BatchRecord } from "../../api";
import { useWords } from "../../shared/context";
import { remindersOf, useReminders } from "../../shared/reminder-words";
import type { FormProps, Thing } from "../../shared/thing";
import type { Language } from "../../words";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { Announce } from "./announce";
import { Recipients } from "./recipients";

export function batchName(batch: Pick<BatchItem, "rule" | "heading">, language: Language): string {
  return batch.rule ? remindersOf(language).rules[batch.rule] : batch.heading;
}

/** What goes, when, and to whom exactly. */
function Body({ record, done }: FormProps<BatchRecord>) {
  const words = useWords();
  const said = useReminders();
  const open = record.state === "waiting" || record.state === "held";
  const goes = record.goes_at
    ? fill(said.goesAt, { at: dateTime(record.goes_at, words.language) })
    : said.waitsForYou;
  return (
    <>
      {open && (
        <Alert
          type={record.state === "held" ? "warning" : "info"}
          showIcon
          title={fill(said.willReach, { count: record.count })}
          description={record.state === "waiting" ? goes : undefined}
        />
      )}
      <Card size="small" title={said.text}>
        <Typography.Paragraph style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {record.rule ? said.says[record.rule] : record.text}
        </Typography.Paragraph>
        <Flex wrap gap={8} align="center">
          <Tag>{said.inbox}</Tag>
          {record.channels.map((channel) => (
            <Tag key={channel}>{said.channel[channel]}</Tag>
          ))}
        </Flex>
        {record.rule && <p className="quiet">{said.textNote}</p>}
      </Card>
      <Recipients record={record} open={open} done={done} />
      {record.groups.length > 0 && (
        <Card size="small" title={said.groupsTold}>
          {record.groups.map((group) => (
            <div key={group.name}>
              {said.robot[group.kind]} · {group.name} <Tag>{said.delivery[group.state]}</Tag>
              {group.error && <code>{group.error}</code>}
            </div>
          ))}
        </Card>
      )}
    </>
  );
}

function Headline({ row }: { row: BatchItem }) {
  const { language } = useWords();
  return <>{batchName(row, language)}</>;
}

function Kind({ row }: { row: BatchItem }) {
  return <>{useReminders().kinds[row.kind]}</>;
}

function Goes({ row }: { row: BatchItem }) {
  const said = useReminders();
  const { language, ui } = useWords();
  if (row.state !== "waiting") return <>{row.gone_at ? dateTime(row.gone_at, language) : ui.none}</>;
  return <>{row.goes_at ? dateTime(row.goes_at, language) : said.byHand}</>;
}

function Failed({ row }: { row: BatchItem }) {
  return row.undelivered > 0 ? <Tag color="red">{row.undelivered}</Tag> : <>0</>;
}

export const outbox: Thing<BatchItem, BatchRecord, "outbox_batch"> = {
  path: "/outbox",
  flow: "outbox_batch",
  title: (record, _, words) => batchName(record, words.language),
  columns: ["heading", "batch_kind", "unit_name", "count", "prepared_at", "goes_at", "undelivered", "state"],
  cells: { heading: Headline, batch_kind: Kind, goes_at: Goes, undelivered: Failed },
  brief: ["batch_kind", "unit_name", "count", "goes_at"],
  filters: [{ name: "state", from: "outbox_batch" }],
  list: (query) => api.outboxList({ query: query as never }),
  get: (id) => api.outboxGet({ path: { batch_id: id } }),
  act: (id, action, body, headers) =>
    api.outboxAct({ path: { batch_id: id, action: action as never }, body, headers }),
  trail: (id) => api.outboxTrail({ path: { batch_id: id } }),
  facts: ["unit_name", "author_name", "prepared_at", "goes_at", "gone_at"],
  steps: ["waiting", "released"],
  Body,
  Tools: Announce,
};
