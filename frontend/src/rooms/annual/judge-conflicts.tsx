import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Card, Flex, Tag, Typography } from "antd";
import { api, type JudgeConflict, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useWords } from "../../shared/context";
import { Refusal } from "../../shared/states";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";
import { judgingWords } from "../../words/judging";

type Court = "panel" | "final";

/** Who must not judge which work of a subject, why, and where that comes from; who has such a work stands first. */
export function JudgeConflicts({ subject, court }: { subject: string; court: Court }) {
  const { ui, fields, language } = useWords();
  const words = judgingWords(language);
  const ask = court === "panel" ? api.panelConflicts : api.finalEvaluationsConflicts;
  const { data, error } = useQuery({
    queryKey: [court, "conflicts", subject],
    queryFn: () => ok(ask({ body: { subject } })),
  });
  if (error) return <Refusal error={error} />;
  if (!data) return null;
  const late = new Set(
    data.items.filter((one) => one.withdrawable).map((one) => `${one.annual_id} ${one.account_id}`),
  );
  return (
    <Card size="small" title={`${words.conflicts} · ${data.total}`}>
      {late.size > 0 && (
        <Alert
          type="warning"
          showIcon
          message={fill(words.cameUp, { count: late.size })}
          style={{ marginBottom: 12 }}
        />
      )}
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
              render: (_, one) =>
                one.withdrawable ? (
                  <Withdraw one={one} court={court} />
                ) : one.given ? (
                  words.judged
                ) : (
                  words.kept
                ),
            },
          ]}
        />
      )}
    </Card>
  );
}

function Withdraw({ one, court }: { one: JudgeConflict; court: Court }) {
  const { ui, language } = useWords();
  const words = judgingWords(language);
  const client = useQueryClient();
  const { message } = App.useApp();
  const send = court === "panel" ? api.panelWithdraw : api.finalEvaluationsWithdraw;
  return (
    <Flex gap={8} align="center">
      <Tag color="red" style={{ margin: 0 }}>
        {words.given}
      </Tag>
      <AskButton
        size="small"
        label={words.withdraw}
        intro={fill(words.withdrawHint, { judge: one.judge_name, number: one.number })}
        asks={[{ name: "reason", label: ui.reason, kind: "long", required: true }]}
        send={({ reason }, headers) =>
          send({
            path: { annual_id: one.annual_id },
            body: { account_id: one.account_id, reason: String(reason) },
            headers,
          })
        }
        done={() => {
          void message.success(words.withdrawn);
          void client.invalidateQueries({ queryKey: [court] });
          void client.invalidateQueries({ queryKey: ["home"] });
        }}
      />
    </Flex>
  );
}
