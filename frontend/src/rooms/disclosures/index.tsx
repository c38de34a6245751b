import { Link } from "@tanstack/react-router";
import { Alert, Card, Flex, List, Table, Tag, Typography } from "antd";
import { api, type DisclosureItem, type DisclosureRecord } from "../../api";
import { useWords } from "../../shared/context";
import { useOpen } from "../../shared/open-words";
import type { FormProps, Thing } from "../../shared/thing";
import { StateTag, word } from "../../shared/values";
import { fill } from "../../words";
import { date, dateTime } from "../../words/dates";

/** A list on notice: its lines, its editions, what was objected to, and what it follows from. */
function Body({ record }: FormProps<DisclosureRecord>) {
  const words = useWords();
  const open = useOpen();
  const { language } = words;
  return (
    <>
      {record.reason && (
        <Alert type="info" showIcon title={fill(open.corrected, { reason: record.reason })} />
      )}
      <Card size="small" title={words.ui.objections}>
        <List
          size="small"
          dataSource={record.objection_list}
          locale={{ emptyText: words.ui.none }}
          renderItem={(one) => (
            <List.Item>
              <Link to={`/objections/${one.id}` as string}>
                {dateTime(one.raised_at, language)} {one.about}
              </Link>
              <span>
                {one.late && <Tag color="red">{open.late}</Tag>}
                <StateTag table="objection" code={one.state} />
              </span>
            </List.Item>
          )}
        />
      </Card>
      <Card size="small" title={open.kinds[record.kind]}>
        <List
          size="small"
          dataSource={record.lines}
          locale={{ emptyText: words.ui.none }}
          pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false, size: "small" }}
          renderItem={(line) => (
            <List.Item>
              <span className="fact">{line.number || line.name}</span>
              <span className="quiet">
                {[line.university_name, line.title, line.outcome && word(words, "grade", line.outcome)]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </List.Item>
          )}
        />
        {record.unnamed > 0 && fill(open.unnamed, { count: record.unnamed })}
      </Card>
      {record.editions.length > 1 && (
        <Card size="small" title={open.editions}>
          <Flex vertical gap={4}>
            {record.editions.map((one) => (
              <Link key={one.id} to={`/disclosures/${one.id}` as string}>
                {fill(open.edition, { edition: one.edition })} · {date(one.began_at, language)} ·{" "}
                {words.enums.disclosure[one.state]}
              </Link>
            ))}
          </Flex>
        </Card>
      )}
      {record.evidence && <Evidence evidence={record.evidence} />}
      <Typography.Text type="secondary">
        {open.evidence}：<code style={{ overflowWrap: "anywhere" }}>{record.evidence_digest}</code>
      </Typography.Text>
    </>
  );
}

type Row = Record<string, unknown>;
// What the reviewer compares; ids and pseudonyms are for the machine.
const COLUMNS = [
  "number",
  "mark",
  "panel",
  "interview",
  "total",
  "rank",
  "mean",
  "inside",
  "outcome",
  "grade",
];

/** What a list follows from, as it was sealed: one line for each person. */
function Evidence({ evidence }: { evidence: Row }) {
  const words = useWords();
  const open = useOpen();
  const { ui, fields } = words;
  const rows = (evidence.candidates ?? evidence.people ?? []) as Row[];
  if (rows.length === 0) return null;
  const shown = COLUMNS.filter((key) => rows.some((row) => row[key] !== undefined && row[key] !== null));
  const titles: Row = {
    ...fields,
    number: open.numbers,
    inside: open.inside,
    panel: fields.panel_name,
    interview: open.mine.interview,
    total: open.mine.total,
    rank: open.mine.rank,
    outcome: open.mine.outcome,
    grade: fields.result_grade,
    mean: open.mine.total,
  };
  const said = (key: string, value: unknown) => {
    if (typeof value === "boolean") return value ? ui.yes : ui.no;
    if (key === "outcome") return word(words, "registration", String(value));
    if (key === "grade") return word(words, "grade", String(value));
    return value === null || value === undefined ? ui.none : String(value);
  };
  return (
    <Card size="small" title={open.evidenceTitle}>
      <Table<Row>
        rowKey={(row) => String(row.number)}
        size="small"
        dataSource={rows}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false, size: "small" }}
        scroll={{ x: "max-content" }}
        columns={shown.map((key) => ({
          title: String(titles[key] ?? key),
          className: "fact",
          render: (_: unknown, row: Row) => said(key, row[key]),
        }))}
      />
    </Card>
  );
}

export const disclosures: Thing<DisclosureItem, DisclosureRecord, "disclosure"> = {
  path: "/disclosures",
  flow: "disclosure",
  title: (record, subject) =>
    [record.headline, subject(record.subject), record.city_name, date(record.began_at, "zh-CN")]
      .filter(Boolean)
      .join(" · "),
  columns: [
    "kind",
    "subject",
    "city_name",
    "headline",
    "edition",
    "count",
    "began_at",
    "notice_ends_at",
    "open_objections",
    "next_due_at",
    "state",
  ],
  filters: [
    { name: "kind", from: "disclosureKind" },
    { name: "subject", from: "subjects" },
    { name: "state", from: "disclosure" },
  ],
  list: (query) => api.disclosuresList({ query: query as never }),
  get: (id) => api.disclosuresGet({ path: { disclosure_id: id } }),
  trail: (id) => api.disclosuresTrail({ path: { disclosure_id: id } }),
  facts: [
    "kind",
    "subject",
    "city_name",
    "edition",
    "count",
    "began_at",
    "notice_ends_at",
    "open_objections",
  ],
  Body,
};
