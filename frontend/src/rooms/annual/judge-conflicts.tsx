import { useQuery } from "@tanstack/react-query";
import { Card, Tag, Typography } from "antd";
import { api, type JudgeConflict, ok } from "../../api";
import { useWords } from "../../shared/context";
import { Refusal } from "../../shared/states";
import { WideTable } from "../../shared/wide-table";
import { judgingWords } from "../../words/judging";

/** Who must not judge which work of a subject, why, and where that comes from; who has such a work stands first. */
export function JudgeConflicts({ subject, court }: { subject: string; court: "panel" | "final" }) {
  const { ui, fields, language } = useWords();
  const words = judgingWords(language);
  const ask = court === "panel" ? api.panelConflicts : api.finalEvaluationsConflicts;
  const { data, error } = useQuery({
    queryKey: [court, "conflicts", subject],
    queryFn: () => ok(ask({ body: { subject } })),
  });
  if (error) return <Refusal error={error} />;
  if (!data) return null;
  return (
    <Card size="small" title={`${words.conflicts} · ${data.total}`}>
      <Typography.Paragraph type="secondary">{data.total > 0 ? words.hint : words.none}</Typography.Paragraph>
      {data.total > 0 && (
        <WideTable<JudgeConflict>
          rowKey={(one) => `${one.annual_id} ${one.account_id} ${one.kind}`}
          size="small"
          dataSource={data.items}
          pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            {
              title: fields.student_name,
              render: (_, one) => (
                <>
                  {one.student_name} <span className="fact">{one.number}</span>
                </>
              ),
            },
            { title: words.judge, dataIndex: "judge_name" },
            {
              title: words.why,
              render: (_, one) => (
                <>
                  {one.kind === "teacher" ? words.teacher : ui.round.kinds[one.kind]}
                  {one.reason && <div className="quiet">{one.reason}</div>}
                </>
              ),
            },
            {
              title: words.source,
              render: (_, one) => words.sources[one.kind === "declared" ? "declared" : "found"],
            },
            {
              title: fields.state,
              render: (_, one) => (one.given ? <Tag color="red">{words.given}</Tag> : words.kept),
            },
          ]}
        />
      )}
    </Card>
  );
}
