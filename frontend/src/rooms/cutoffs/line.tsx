import { useQuery } from "@tanstack/react-query";
import { Button, Card, Flex, InputNumber, Slider, Statistic, Table, Tag, Typography } from "antd";
import { useDeferredValue, useState } from "react";
import { api, type CutoffRecord, type LineWeighed, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import type { FormProps } from "../../shared/thing";
import { fill } from "../../words";
import { Bars } from "./bars";

/** Bins that nobody's mark lies in as well, or the axis would leap. */
function whole(bins: { start: number; count: number }[], step: number) {
  const first = bins[0]?.start ?? 0;
  const length = bins.length ? (bins[bins.length - 1].start - first) / step + 1 : 0;
  return Array.from({ length }, (_, i) => ({
    start: first + i * step,
    count: bins.find((bin) => bin.start === first + i * step)?.count ?? 0,
  }));
}

/** The distribution with a line that can be moved; the numbers it would mean come from the API, at once. */
export function Line({ record, done }: FormProps<CutoffRecord>) {
  const { fields, ui } = useWords();
  const me = useKnownMe();
  const weighs = me.permissions.includes("cutoff.weigh");
  const set = me.permissions.includes("cutoff.confirm") && record.state === "proposed" && !record.draws_at;
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
  const found = record.distribution.map((bin) => ({ start: Number(bin.start), count: bin.count }));
  const step = found.length > 1 ? Math.min(...found.slice(1).map((bin, i) => bin.start - found[i].start)) : 5;
  const bins = whole(found, step);
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
            {set && own !== line && (
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
          {data && <Sexes weighed={data} />}
          {data && <Schools weighed={data} />}
        </>
      )}
    </Card>
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

function Sexes({ weighed }: { weighed: LineWeighed }) {
  const { ui } = useWords();
  return (
    <Flex gap={24} wrap style={{ marginTop: 16 }}>
      {weighed.sexes.map((one) => (
        <Statistic
          key={one.sex}
          title={ui.cutoff.sexes[one.sex]}
          value={`${one.above} / ${one.below}`}
          suffix={<small className="quiet">{`${ui.above} / ${ui.below}`}</small>}
        />
      ))}
    </Flex>
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
