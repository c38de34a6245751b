import { useQuery } from "@tanstack/react-query";
import { Button, Card, Flex, InputNumber, Slider, Statistic, Table, Tag, Typography } from "antd";
import { useDeferredValue, useState } from "react";
import { api, type CutoffRecord, type LineWeighed, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import type { FormProps } from "../../shared/thing";
import { fill } from "../../words";

const WIDTH = 34;

/** The distribution with a line that can be moved; the numbers it would mean come from the API, at once. */
export function Line({ record, done }: FormProps<CutoffRecord>) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const weighs = me.permissions.includes("cutoff.weigh");
  const set = me.permissions.includes("cutoff.confirm") && record.state === "proposed";
  const own = record.line === null ? null : Number(record.line);
  const [line, setLine] = useState(own ?? 0);
  const [kept, setKept] = useState<LineWeighed[]>([]);
  const shown = useDeferredValue(line);
  const { data } = useQuery({
    queryKey: ["/cutoffs", "weigh", record.id, shown],
    queryFn: () => ok(api.cutoffsWeigh({ path: { cutoff_id: record.id }, query: { line: shown } })),
    placeholderData: (before) => before,
    enabled: weighs && own !== null,
  });
  // While the line moves the numbers of the last one stay, and show that they are not yet this one's.
  const fresh = data !== undefined && Number(data.line) === line;
  const bins = record.distribution.map((bin) => ({ start: Number(bin.start), count: bin.count }));
  const step = bins.length > 1 ? Math.min(...bins.slice(1).map((bin, i) => bin.start - bins[i].start)) : 5;
  const low = bins[0]?.start ?? 0;
  const high = (bins.at(-1)?.start ?? 0) + step;
  return (
    <Card size="small" title={ui.distribution}>
      <Bars bins={bins} step={step} line={weighs ? line : own} />
      {weighs && own !== null && (
        <>
          <Slider
            min={low}
            max={high}
            step={0.5}
            value={line}
            onChange={setLine}
            tooltip={{ open: false }}
            ariaLabelForHandle={fields.line}
            style={{ margin: "4px 0 16px" }}
          />
          <Flex
            gap={24}
            wrap
            align="end"
            className="weighed"
            aria-busy={!fresh}
            style={{ opacity: fresh ? 1 : 0.5 }}
          >
            <div>
              <div className="quiet">{fields.line}</div>
              <InputNumber
                aria-label={fields.line}
                min={0}
                step={0.5}
                value={line}
                onChange={(value) => setLine(value ?? 0)}
              />
            </div>
            <Statistic title={fields.reaching} value={data?.reaching ?? "…"} />
            <Statistic title={ui.ratio} value={data?.ratio === null ? "—" : `${data?.ratio ?? "…"} : 1`} />
            <Statistic title={ui.atLine} value={data?.at_line ?? "…"} />
            {data && data.returning_at_line > 0 && (
              <Tag>{fill(ui.returningAtLine, { count: data.returning_at_line })}</Tag>
            )}
            {data?.off_ratio && <Tag color="orange">{fields.off_ratio}</Tag>}
            <Button
              disabled={!fresh}
              onClick={() => data && setKept([...kept.filter((k) => k.line !== data.line), data])}
            >
              {ui.keepScenario}
            </Button>
            {own !== line && <Button onClick={() => setLine(own)}>{ui.backToLine}</Button>}
            {set && (
              <AskButton
                key={line}
                type="primary"
                label={ui.setLine}
                submit={ui.save}
                asks={[
                  {
                    name: "line",
                    label: fields.line,
                    kind: "number",
                    min: 0,
                    step: 0.5,
                    initial: line,
                    required: true,
                  },
                  { name: "reason", label: ui.reason, kind: "long", required: true, hint: ui.reasonNeeded },
                ]}
                send={(values) =>
                  api.cutoffsSetLine({
                    path: { cutoff_id: record.id },
                    body: { ...values, version: record.version } as never,
                  })
                }
                done={done}
              />
            )}
          </Flex>
          {kept.length > 0 && <Scenarios kept={kept} drop={setKept} />}
          {data && <Schools weighed={data} />}
        </>
      )}
    </Card>
  );
}

/** Marks in bins; those at or above the line in the accent colour, the line itself across. */
function Bars({
  bins,
  step,
  line,
}: {
  bins: { start: number; count: number }[];
  step: number;
  line: number | null;
}) {
  const { ui } = useWords();
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const first = bins[0]?.start ?? 0;
  const x = line === null ? null : ((line - first) / step) * WIDTH;
  return (
    <svg
      viewBox={`0 -10 ${Math.max(1, bins.length) * WIDTH} 132`}
      className="bars"
      role="img"
      aria-label={ui.distribution}
    >
      {bins.map((bin, i) => {
        const height = (bin.count / most) * 90;
        return (
          <g key={bin.start}>
            <rect
              x={i * WIDTH + 3}
              y={100 - height}
              width={WIDTH - 6}
              height={height}
              className={line !== null && bin.start + step > line ? "in" : "out"}
            />
            <text x={i * WIDTH + WIDTH / 2} y={96 - height} textAnchor="middle">
              {bin.count}
            </text>
            <text x={i * WIDTH + WIDTH / 2} y={116} textAnchor="middle">
              {bin.start}
            </text>
          </g>
        );
      })}
      {x !== null && <line x1={x} x2={x} y1={-6} y2={104} className="cut" />}
    </svg>
  );
}

function Scenarios({ kept, drop }: { kept: LineWeighed[]; drop: (kept: LineWeighed[]) => void }) {
  const { fields, ui } = useWords();
  return (
    <Table<LineWeighed>
      rowKey={(one) => String(one.line)}
      size="small"
      style={{ marginTop: 16 }}
      pagination={false}
      dataSource={[...kept].sort((a, b) => Number(b.line) - Number(a.line))}
      title={() => ui.scenarios}
      columns={[
        { title: fields.line, dataIndex: "line", className: "fact" },
        { title: fields.reaching, dataIndex: "reaching", className: "fact" },
        { title: ui.ratio, render: (_, one) => `${one.ratio} : 1`, className: "fact" },
        { title: ui.atLine, dataIndex: "at_line", className: "fact" },
        {
          title: "",
          render: (_, one) => (
            <Button
              size="small"
              type="link"
              onClick={() => drop(kept.filter((other) => other.line !== one.line))}
            >
              {ui.remove}
            </Button>
          ),
        },
      ]}
    />
  );
}

function Schools({ weighed }: { weighed: LineWeighed }) {
  const { fields, ui } = useWords();
  return (
    <>
      <Typography.Title level={5} style={{ marginTop: 20 }}>
        {ui.bySchool}
      </Typography.Title>
      <Table
        rowKey="school_name"
        size="small"
        dataSource={weighed.schools}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: fields.school_name, dataIndex: "school_name" },
          { title: ui.above, dataIndex: "above", className: "fact", align: "right" },
          { title: ui.below, dataIndex: "below", className: "fact", align: "right" },
        ]}
      />
    </>
  );
}
