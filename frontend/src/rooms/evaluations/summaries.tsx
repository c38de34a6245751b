import { Link } from "@tanstack/react-router";
import { Card, Flex, Tag, Typography } from "antd";
import { api, type MidtermSummaryItem, type MidtermSummaryLine, type MidtermSummaryRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import type { Ask } from "../../shared/ask-field";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import type { FormProps, Thing } from "../../shared/thing";
import { useSubject } from "../../shared/values";
import { WideTable } from "../../shared/wide-table";
import { midtermWords } from "../../words/midterm";

/** The city's words on the whole; who stands in the summary follows from the evaluations. */
function SumUp({ record, done }: { record?: MidtermSummaryRecord; done: () => void }) {
  const { fields, language } = useWords();
  const words = midtermWords(language);
  if (!useKnownMe().permissions.includes("midterm_summary.hand_in")) return null;
  const asks: Ask[] = [
    {
      name: "words",
      label: fields.words,
      kind: "long",
      rows: 6,
      max: 4000,
      required: true,
      initial: record?.words,
    },
  ];
  return (
    <AskButton
      type="primary"
      label={record ? words.sumUpAgain : words.sumUp}
      intro={words.sumUpHint}
      asks={asks}
      send={(values, headers) =>
        record
          ? api.midtermSummariesHandIn({
              path: { summary_id: record.id },
              body: { words: values.words as string, version: record.version },
            })
          : api.midtermSummariesCreate({ body: { words: values.words as string }, headers })
      }
      done={done}
    />
  );
}

function Result({ line }: { line: MidtermSummaryLine }) {
  const words = midtermWords(useWords().language);
  if (!line.passed) return <Tag color="red">{words.results.failed}</Tag>;
  return <Tag color="green">{line.overturned ? words.results.overturned : words.results.passed}</Tag>;
}

function Body({ record, done }: FormProps<MidtermSummaryRecord>) {
  const { fields, language } = useWords();
  const words = midtermWords(language);
  const subject = useSubject();
  return (
    <>
      <Flex gap={8} wrap>
        {record.state === "returned" && <SumUp record={record} done={done} />}
        {record.state === "filed" && (
          <DownloadButton
            label={words.filing}
            path={`/midterm-summaries/${record.id}/filing.pdf`}
            name={`${record.filing_number}.pdf`}
          />
        )}
      </Flex>
      <Card size="small" title={words.summed}>
        <WideTable<MidtermSummaryLine>
          size="small"
          rowKey="evaluation_id"
          pagination={false}
          dataSource={record.lines}
          columns={[
            { title: fields.number, dataIndex: "number" },
            {
              title: fields.student_name,
              render: (_, line) => (
                <Link to={`/midterm-evaluations/${line.evaluation_id}` as string}>{line.student_name}</Link>
              ),
            },
            { title: fields.school_name, dataIndex: "school_name" },
            { title: fields.subject, render: (_, line) => subject(line.subject) },
            { title: fields.mentor_name, dataIndex: "mentor_name" },
            { title: fields.passed, render: (_, line) => <Result line={line} /> },
            { title: words.failReason, dataIndex: "reason" },
          ]}
        />
        {record.filed_digest && (
          <Typography.Paragraph
            className="quiet"
            style={{ margin: "12px 0 0", overflowWrap: "anywhere" }}
          >{`SHA-256 ${record.filed_digest}`}</Typography.Paragraph>
        )}
      </Card>
    </>
  );
}

export const midtermSummaries: Thing<MidtermSummaryItem, MidtermSummaryRecord, "midterm_summary"> = {
  path: "/midterm-summaries",
  stage: "midterm_evaluation",
  flow: "midterm_summary",
  title: (record) => record.city_name,
  columns: ["city_name", "students", "failed", "handed_in_at", "filing_number", "state"],
  brief: ["students", "failed", "filing_number"],
  filters: [
    { name: "state", from: "midterm_summary" },
    { name: "city", from: "cities" },
  ],
  list: (query) => api.midtermSummariesList({ query: query as never }),
  get: (id) => api.midtermSummariesGet({ path: { summary_id: id } }),
  act: (id, action, body, headers) =>
    api.midtermSummariesAct({ path: { summary_id: id, action: action as never }, body, headers }),
  trail: (id) => api.midtermSummariesTrail({ path: { summary_id: id } }),
  facts: ["city_name", "students", "failed", "handed_in_at"],
  later: ["filing_number", "filed_at"],
  texts: ["words"],
  steps: ["handed_in", "filed"],
  Body,
  Tools: SumUp,
};
