import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Flex, Switch, Tag, Typography } from "antd";
import { useState } from "react";
import { api, type ComparedCandidate, type ComparedJudge, type Comparison, ok } from "../../api";
import { useWords } from "../../shared/context";
import { Refusal } from "../../shared/states";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";

/** What each way of allowing for strict and lenient judges would give, beside the one that counts. */
export function Compared({ id, version }: { id: string; version: number }) {
  const { ui } = useWords();
  const { data, error } = useQuery({
    queryKey: ["/interview-rounds", "comparison", id, version],
    queryFn: () => ok(api.roundsCompare({ path: { round_id: id } })),
  });
  if (error) return <Refusal error={error} />;
  if (!data || data.judges.length === 0) return null;
  return (
    <>
      <Card size="small" title={ui.compare.judges}>
        <Typography.Paragraph type="secondary">{ui.compare.judgesHint}</Typography.Paragraph>
        <Judges judges={data.judges} />
      </Card>
      <Candidates data={data} />
    </>
  );
}

function Judges({ judges }: { judges: ComparedJudge[] }) {
  const { ui, fields } = useWords();
  const number = { className: "fact", align: "right" as const };
  return (
    <WideTable<ComparedJudge>
      rowKey={(one) => `${one.panel_name} ${one.name}`}
      size="small"
      dataSource={judges}
      pagination={false}
      columns={[
        { title: fields.panel_name, dataIndex: "panel_name" },
        { title: fields.members, dataIndex: "name" },
        { title: ui.sheets, dataIndex: "sheets", ...number },
        { title: ui.compare.mean, dataIndex: "mean", ...number },
        {
          title: ui.compare.lean,
          ...number,
          render: (_, one) => `${Number(one.lean) > 0 ? "+" : ""}${one.lean}`,
        },
        { title: ui.compare.severity, ...number, render: (_, one) => one.severity ?? ui.none },
        { title: ui.compare.coefficient, dataIndex: "coefficient", ...number },
        { title: ui.compare.farOff, dataIndex: "far_off", ...number },
      ]}
    />
  );
}

function Candidates({ data }: { data: Comparison }) {
  const { ui, enums, fields } = useWords();
  const [only, setOnly] = useState(false);
  const looked = data.candidates.filter((one) => one.third_look);
  const shown = only ? looked : data.candidates;
  const methods = data.methods.filter((one) => one.refused === null).map((one) => one.method);
  const refused = data.methods.filter((one) => one.refused !== null);
  const number = { className: "fact", align: "right" as const };
  return (
    <Card
      size="small"
      title={ui.compare.candidates}
      extra={
        <Flex gap={8} align="center">
          {fill(ui.compare.thirdLook, { count: looked.length })}
          <Switch size="small" checked={only} onChange={setOnly} aria-label={ui.compare.onlyThird} />
        </Flex>
      }
    >
      <Typography.Paragraph type="secondary">
        {fill(ui.compare.hint, { method: ui.compare.methods[data.counts] })}
        {refused.map((one) => (
          <span key={one.method}>
            {" "}
            {ui.compare.methods[one.method]}：
            {ui.compare.refused[one.refused as keyof typeof ui.compare.refused]}
          </span>
        ))}
      </Typography.Paragraph>
      <WideTable<ComparedCandidate>
        rowKey="registration_id"
        size="small"
        dataSource={shown}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        columns={[
          {
            title: fields.registration_number,
            className: "fact",
            render: (_, one) =>
              one.slot_id ? (
                <Link to={`/slots/${one.slot_id}` as string}>{one.registration_number}</Link>
              ) : (
                one.registration_number
              ),
          },
          { title: fields.spread, dataIndex: "spread", ...number },
          { title: ui.compare.farOff, dataIndex: "far_off", ...number },
          ...methods.map((method) => ({
            title: ui.compare.methods[method] + (method === data.counts ? ` · ${ui.compare.counts}` : ""),
            ...number,
            render: (_: unknown, one: ComparedCandidate) => {
              const other = one.outcomes[method] !== one.outcomes[data.counts];
              return (
                <>
                  {one.scores[method]}{" "}
                  <Tag color={other ? "red" : undefined}>{enums.registration[one.outcomes[method]]}</Tag>
                </>
              );
            },
          })),
        ]}
      />
    </Card>
  );
}
