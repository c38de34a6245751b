import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, List, Popconfirm, Tag, Typography, Upload } from "antd";
import { useState } from "react";
import { api, type CountersignerShown, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { handOver } from "../../shared/download";
import { newKey } from "../../shared/heads";
import { Failed, Loading, Refusal } from "../../shared/states";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { headsOf } from "../../words/heads";
import { signNewest } from "./sign";

/** By what its owner knows the file of a key: the same name stands beside the key. */
function fileOf(key: string): string {
  return `countersigner-key-${key.replace(/[^0-9A-Za-z]/g, "").slice(0, 6)}.pem`;
}

/** Where a unit registers its keys and countersigns heads; the private half never leaves the device. */
export function CountersignPage() {
  const { language } = useWords();
  const said = headsOf(language);
  const me = useKnownMe();
  const client = useQueryClient();
  const key = ["/countersign", me.membership.id];
  const { data, error } = useQuery({ queryKey: key, queryFn: () => ok(api.trailKeysList()) });
  const [refused, setRefused] = useState<unknown>(null);
  const again = () => void client.invalidateQueries({ queryKey: key });
  const make = async () => {
    setRefused(null);
    try {
      const made = await newKey();
      // First the file: a registered key whose private half is lost is of no use.
      handOver(new Blob([made.pem], { type: "application/x-pem-file" }), fileOf(made.public));
      await ok(api.trailKeysRegister({ body: { public: made.public } }));
      again();
    } catch (wrong) {
      setRefused(wrong);
    }
  };
  if (error) return <Failed error={error} />;
  if (!data) return <Loading />;
  const own = data.items.filter((one) => one.unit_id === me.membership.unit_id);
  return (
    <Flex vertical gap={16}>
      <Card title={said.countersign}>
        <Typography.Paragraph>{said.countersignLead}</Typography.Paragraph>
        <ol style={{ paddingInlineStart: 20 }}>
          {said.countersignSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <Typography.Paragraph type="secondary">{said.tool}</Typography.Paragraph>
        <Button href="/public/heads">{said.published}</Button>
      </Card>
      <Card title={said.keys}>
        <List
          dataSource={own}
          rowKey="id"
          locale={{ emptyText: said.noKeys }}
          renderItem={(one) => (
            <List.Item style={{ display: "block" }}>
              <Key one={one} done={again} />
            </List.Item>
          )}
        />
        <Flex gap={8} wrap align="center" style={{ marginTop: 12 }}>
          {own.some((one) => !one.retired_at) ? (
            <Popconfirm
              title={said.makeKey}
              description={<div style={{ maxWidth: 300 }}>{said.makeKeyAgain}</div>}
              onConfirm={() => void make()}
            >
              <Button>{said.makeKey}</Button>
            </Popconfirm>
          ) : (
            <Button type="primary" onClick={() => void make()}>
              {said.makeKey}
            </Button>
          )}
          <AskButton
            label={said.ownKey}
            asks={[{ name: "public", label: said.publicKey, required: true }]}
            send={(values, headers) => api.trailKeysRegister({ body: values as never, headers })}
            done={again}
          />
        </Flex>
        <Refusal error={refused} />
      </Card>
    </Flex>
  );
}

function Key({ one, done }: { one: CountersignerShown; done: () => void }) {
  const { language } = useWords();
  const said = headsOf(language);
  const [told, setTold] = useState<{ type: "success" | "error"; title: string } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    setTold(null);
    try {
      await work();
      done();
    } catch (wrong) {
      setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  const sign = async (file: File) => {
    const answer = await signNewest(one, await file.text());
    if (typeof answer === "string")
      setTold({ type: "error", title: fill(said[answer], { name: fileOf(one.public) }) });
    else setTold({ type: "success", title: fill(said.signed, { size: answer.size }) });
  };
  const retire = () => ok(api.trailKeysRetire({ path: { key_id: one.id }, body: { version: one.version } }));
  return (
    <Flex vertical gap={8}>
      <strong>{fill(said.keyFile, { name: fileOf(one.public) })}</strong>
      <small className="quiet" style={{ overflowWrap: "anywhere" }}>
        {said.publicKey} <code>{one.public}</code>
      </small>
      <small className="quiet">
        {fill(said.registeredAt, { at: dateTime(one.registered_at, language) })}
        {" · "}
        {one.last_size === null ? said.neverSigned : fill(said.lastSigned, { size: one.last_size })}
      </small>
      {one.retired_at ? (
        <div>
          <Tag>{said.retired}</Tag>
        </div>
      ) : (
        <Flex gap={8} wrap>
          <Upload
            accept=".pem"
            showUploadList={false}
            beforeUpload={(file) => {
              void run(() => sign(file));
              return false;
            }}
          >
            <Button type="primary" loading={busy}>
              {said.sign}
            </Button>
          </Upload>
          <Popconfirm title={said.retireAsk} onConfirm={() => void run(retire)}>
            <Button disabled={busy}>{said.retire}</Button>
          </Popconfirm>
        </Flex>
      )}
      <Refusal error={error} />
      {told && <Alert type={told.type} showIcon title={told.title} />}
    </Flex>
  );
}
