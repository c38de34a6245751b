import { useQuery } from "@tanstack/react-query";
import { Alert, Card, Flex, Tag } from "antd";
import { api, type CutoffRecord, ok, type TiesEffect } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import type { FormProps } from "../../shared/thing";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";

/** Who ties at the computed line: each way of the plan with its effect, and the region's choice of one. */
export function TiesCard({ record, done }: FormProps<CutoffRecord>) {
  const { ui } = useWords();
  const me = useKnownMe();
  const { data } = useQuery({
    queryKey: ["/cutoffs", "ties", record.id, record.version],
    queryFn: () => ok(api.cutoffsTies({ path: { cutoff_id: record.id } })),
    enabled: me.permissions.includes("cutoff.weigh") && record.computed_line !== null,
    retry: false,
  });
  if (!data) return null;
  const sets = me.permissions.includes("cutoff.confirm") && record.state === "proposed" && !record.draws_at;
  return (
    <Card
      size="small"
      title={fill(ui.cutoff.ties, { line: record.computed_line ?? "—", count: data.wanted })}
    >
      <WideTable<TiesEffect>
        rowKey="ties"
        size="small"
        pagination={false}
        dataSource={data.items}
        columns={[
          {
            title: ui.cutoff.way,
            render: (_, one) => (
              <>
                {ui.cutoff.ways[one.ties]}{" "}
                {one.ties === record.ties && <Tag color="green">{ui.cutoff.chosen}</Tag>}
                {one.by_plan && <Tag>{ui.cutoff.byPlan}</Tag>}
              </>
            ),
          },
          { title: ui.cutoff.inside, dataIndex: "reaching", className: "fact", align: "right" },
          { title: ui.cutoff.leftOut, dataIndex: "left_out", className: "fact", align: "right" },
          {
            title: "",
            render: (_, one) =>
              sets &&
              one.ties !== record.ties && (
                <AskButton
                  size="small"
                  type="link"
                  label={ui.cutoff.take}
                  title={ui.cutoff.ways[one.ties]}
                  submit={ui.save}
                  asks={[{ name: "reason", label: ui.reason, kind: "long", required: true }]}
                  send={(values) =>
                    api.cutoffsSetTies({
                      path: { cutoff_id: record.id },
                      body: { ...values, ties: one.ties, version: record.version } as never,
                    })
                  }
                  done={done}
                />
              ),
          },
        ]}
      />
      {record.ties === "lottery" && <Lottery record={record} done={done} />}
    </Card>
  );
}

/** Pool and source first, the number when it is known. */
function Lottery({ record, done }: FormProps<CutoffRecord>) {
  const words = useWords();
  const { ui } = words;
  const me = useKnownMe();
  const acts = me.permissions.includes("cutoff.confirm") && record.state === "proposed";
  const at = record.draws_at ? dateTime(record.draws_at, words.language) : "";
  return (
    <Flex vertical gap={8} style={{ marginTop: 12 }} align="start">
      <Alert
        type={record.draw_value ? "success" : "info"}
        showIcon
        title={
          record.draw_value
            ? fill(ui.cutoff.drawn, { source: record.draw_source, value: record.draw_value })
            : record.draws_at
              ? fill(ui.cutoff.announced, { source: record.draw_source, at })
              : ui.cutoff.lotteryHint
        }
      />
      {acts && !record.draws_at && (
        <AskButton
          label={ui.cutoff.announce}
          submit={ui.cutoff.announce}
          asks={[
            { name: "source", label: ui.cutoff.source, required: true, hint: ui.cutoff.sourceHint },
            { name: "draws_at", label: ui.cutoff.drawsAt, kind: "time", required: true },
          ]}
          send={(values) =>
            api.cutoffsAnnounce({
              path: { cutoff_id: record.id },
              body: { ...values, version: record.version } as never,
            })
          }
          done={done}
        />
      )}
      {acts && record.draws_at && !record.draw_value && (
        <AskButton
          type="primary"
          label={ui.cutoff.enterDraw}
          submit={ui.save}
          asks={[
            {
              name: "value",
              label: ui.cutoff.value,
              kind: "long",
              rows: 3,
              required: true,
              hint: ui.cutoff.valueHint,
            },
          ]}
          send={(values) =>
            api.cutoffsDraw({
              path: { cutoff_id: record.id },
              body: { ...values, version: record.version } as never,
            })
          }
          done={done}
        />
      )}
    </Flex>
  );
}
