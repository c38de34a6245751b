import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Flex, Tag, Typography } from "antd";
import { api, type JudgeConflict, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useWords } from "../../shared/context";
import { useSubjectOptions } from "../../shared/plan";
import { Refusal } from "../../shared/states";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";
import { judgingWords } from "../../words/judging";

type Court = "panel" | "final";

function asked(court: Court, subject: string) {
  const ask = court === "panel" ? api.panelConflicts : api.finalEvaluationsConflicts;
  return { queryKey: [court, "conflicts", subject], queryFn: () => ok(ask({ body: { subject } })) };
}

/** How many works have to be taken back: a judge may be in conflict with one in several ways. */
function cameUp(items: JudgeConflict[]): number {
  const late = items.filter((one) => one.withdrawable);
  return new Set(late.map((one) => `${one.annual_id} ${one.account_id}`)).size;
}

/** In which subjects works have to be taken back; a step to each. */
export function ConflictSubjects({ court, choose }: { court: Court; choose: (subject: string) => void }) {
  const words = judgingWords(useWords().language);
  const subjects = useSubjectOptions();
  const found = useQueries({ queries: subjects.map((one) => asked(court, String(one.value))) });
  const waiting = subjects
    .map((one, at) => ({ ...one, count: cameUp(found[at].data?.items ?? []) }))
    .filter((one) => one.count > 0);
  if (!waiting.length) return null;
  const tools = waiting.map((one) => (
    <Button key={String(one.value)} size="small" onClick={() => choose(String(one.value))}>
      {one.label} · {one.count}
    </Button>
  ));
  return (
    <Alert
      type="warning"
      showIcon
      message={words.waiting}
      description={
        <Flex gap={8} wrap>
          {tools}
        </Flex>
      }
    />
  );
}

/** Who must not judge which work of a subject, why, and where that comes from; who has such a work stands first. */
export function JudgeConflicts({ subject, court }: { subject: string; court: Court }) {
  const { ui, fields, language } = useWords();
  const words = judgingWords(language);
  const { data, error } = useQuery(asked(court, subject));
  if (error) return <Refusal error={error} />;
  if (!data) return null;
  const late = cameUp(data.items);
  return (
    <Card id="conflicts" size="small" title={`${words.conflicts} · ${data.total}`}>
      {late > 0 && (
        <Alert
          type="warning"
          showIcon
          message={fill(words.cameUp, { count: late })}
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
                  {one.student_name}
                  <div className="fact quiet">{one.number}</div>
                </>
              ),
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
