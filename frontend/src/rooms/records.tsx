import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Typography } from "antd";
import { useRef, useState } from "react";
import { api, Intention, ok, type RecordItem } from "../api";
import { useKnownMe } from "../shared/context";
import { DialogButton } from "../shared/dialog";
import { DownloadButton } from "../shared/download-button";
import { openOf, useOpen } from "../shared/open-words";
import { Loading, Refusal } from "../shared/states";
import type { Thing } from "../shared/thing";
import { Checks, LeftOut } from "../shared/verified";
import { fill } from "../words";

/** The region publishes the record of the selection: first what it would hold, then the button. */
function Publish({ done }: { done: () => void }) {
  const open = useOpen();
  const me = useKnownMe();
  if (!me.permissions.includes("record.publish")) return null;
  return (
    <DialogButton type="primary" label={open.publish}>
      {(close) => (
        <Trial
          done={() => {
            close();
            done();
          }}
        />
      )}
    </DialogButton>
  );
}

function Trial({ done }: { done: () => void }) {
  const open = useOpen();
  const intention = useRef(new Intention());
  const [refused, setRefused] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const { data, error } = useQuery({
    queryKey: ["/records", "trial"],
    queryFn: () => ok(api.recordsTrial()),
    gcTime: 0,
    retry: false,
  });
  if (error) return <Refusal error={error} />;
  if (!data) return <Loading />;
  const send = async () => {
    setBusy(true);
    try {
      await ok(api.recordsPublish({ headers: intention.current.headers(data.number) }));
      done();
    } catch (wrong) {
      setRefused(wrong);
    } finally {
      setBusy(false);
    }
  };
  const { people, lines, verdicts, pairings } = data;
  return (
    <Flex vertical gap={12}>
      <Typography.Text type="secondary">{open.publishHint}</Typography.Text>
      <Typography.Text>{fill(open.holds, { people, lines, verdicts, pairings })}</Typography.Text>
      <LeftOut withheld={data.withheld} names={data.names} />
      <Checks checks={data.checks} names={data.names} />
      {data.unchanged && <Alert type="info" showIcon title={open.publishNothing} />}
      <Refusal error={refused} />
      <Flex justify="end">
        <Button type="primary" disabled={data.unchanged} loading={busy} onClick={() => void send()}>
          {fill(open.publishNow, { number: data.number })}
        </Button>
      </Flex>
    </Flex>
  );
}

function Body({ record }: { record: RecordItem }) {
  const open = useOpen();
  const me = useKnownMe();
  return (
    <Flex vertical gap={8} align="start">
      <Button href={`/public/cycles/${me.cycle?.code}`}>{open.cycle}</Button>
      <Typography.Text type="secondary">{open.completeHint}</Typography.Text>
      <DownloadButton
        label={open.complete}
        path={`/records/${record.id}/complete`}
        name={`selection-${record.number}-complete.json`}
        sent={{}}
      />
    </Flex>
  );
}

export const records: Thing<RecordItem, RecordItem> = {
  path: "/records",
  title: (record, _, { language }) => fill(openOf(language).edition, { edition: record.number }),
  columns: ["number", "made_at", "digest"],
  filters: [],
  list: (query) => api.recordsList({ query: query as never }),
  get: (id) => api.recordsGet({ path: { record_id: id } }),
  facts: ["number", "made_at", "digest", "complete_digest"],
  Body,
  Tools: Publish,
};
