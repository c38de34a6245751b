import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Table, Typography } from "antd";
import { useRef, useState } from "react";
import { api, Intention, ok, type ReleaseLine, type ReleasePreview } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { Loading, Nothing, Refusal } from "../../shared/states";
import { useSubject } from "../../shared/values";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";

/** All confirmed lines at one moment: first the real lists and whom it tells, then the button, for a second person. */
export function Release({ done }: { done: () => void }) {
  const { ui } = useWords();
  const me = useKnownMe();
  if (!me.permissions.includes("cutoff.confirm")) return null;
  return (
    <DialogButton type="primary" label={ui.cutoff.release}>
      {(close) => (
        <Preview
          done={() => {
            close();
            done();
          }}
        />
      )}
    </DialogButton>
  );
}

function Preview({ done }: { done: () => void }) {
  const { ui, fields } = useWords();
  const subject = useSubject();
  const intention = useRef(new Intention());
  const [refused, setRefused] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const { data, error, isPending } = useQuery({
    queryKey: ["/cutoffs", "release"],
    queryFn: () => ok(api.cutoffsReleasePreview()),
    gcTime: 0,
    retry: false,
  });
  if (isPending) return <Loading />;
  if (!data) return <Refusal error={error} />;
  if (data.lines.length === 0) return <Nothing hint={ui.cutoff.nothingReady} />;
  const mine = data.lines.some((line) => line.confirmed_by_me);
  const send = async (preview: ReleasePreview) => {
    const body = { lines: preview.lines.map(({ id, version }) => ({ id, version })) };
    setBusy(true);
    try {
      await ok(api.cutoffsRelease({ body, headers: intention.current.headers(body) }));
      done();
    } catch (wrong) {
      setRefused(wrong);
    } finally {
      setBusy(false);
    }
  };
  const people = (line: ReleaseLine) => line.shortlisted.length + line.left_out.length;
  const all = data.lines.reduce((sum, line) => sum + people(line), 0);
  return (
    <Flex vertical gap={12}>
      <Typography.Text>
        {fill(ui.cutoff.tells, { lines: data.lines.length, people: all, told: data.told })}
      </Typography.Text>
      <Table<ReleaseLine>
        rowKey="id"
        size="small"
        pagination={false}
        dataSource={data.lines}
        scroll={{ x: "max-content", y: 360 }}
        expandable={{
          expandedRowRender: (line) => (
            <>
              <div className="quiet">{ui.cutoff.listIn}</div>
              <p className="numbers fact">{line.shortlisted.join("　")}</p>
              <div className="quiet">{ui.cutoff.listOut}</div>
              <p className="numbers fact">{line.left_out.join("　")}</p>
            </>
          ),
        }}
        columns={[
          { title: fields.city_name, dataIndex: "city_name" },
          { title: fields.subject, render: (_, line) => subject(line.subject) },
          { title: fields.line, dataIndex: "line", className: "fact", align: "right" },
          {
            title: ui.cutoff.listIn,
            render: (_, line) => line.shortlisted.length,
            className: "fact",
            align: "right",
          },
          {
            title: ui.cutoff.listOut,
            render: (_, line) => line.left_out.length,
            className: "fact",
            align: "right",
          },
        ]}
      />
      {mine && <Alert type="warning" showIcon title={ui.cutoff.needsOther} />}
      <Refusal error={refused} />
      <Flex justify="end">
        <Button type="primary" loading={busy} onClick={() => void send(data)}>
          {ui.cutoff.releaseNow}
        </Button>
      </Flex>
    </Flex>
  );
}

/** A student's own lots in lotteries: only here can one learn which of the public pool is one's own. */
export function Lots() {
  const words = useWords();
  const { ui } = words;
  const me = useKnownMe();
  const subject = useSubject();
  const { data } = useQuery({
    queryKey: ["/cutoffs", "lots"],
    queryFn: () => ok(api.cutoffsLots()),
    enabled: ["student", "guardian"].includes(me.membership.role),
  });
  if (!data || data.total === 0) return null;
  return (
    <Card size="small" title={ui.cutoff.lots}>
      {data.items.map((lot) => (
        <div key={lot.lot}>
          {subject(lot.subject)}：<strong className="fact">{lot.lot}</strong>
          <div className="quiet">
            {lot.source} · {dateTime(lot.draws_at, words.language)}
          </div>
        </div>
      ))}
    </Card>
  );
}
