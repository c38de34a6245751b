import { Alert, Button, Descriptions, Flex, Input, Typography, Upload } from "antd";
import { useState } from "react";
import { api, ok, type SelectionRecord, type Verified } from "../api";
import { useWords } from "../shared/context";
import { useOpen } from "../shared/open-words";
import { Refusal } from "../shared/states";
import { word } from "../shared/values";
import { Answer } from "../shared/verified";

/** Recompute the published file, or one that the reader brings. */
export function VerifyButtons({ code }: { code: string }) {
  const open = useOpen();
  const [found, setFound] = useState<Verified | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<Verified>) => {
    setBusy(true);
    setFound(null);
    setError(null);
    try {
      setFound(await work());
    } catch (wrong) {
      setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  const own = async (file: File) =>
    ok(
      api.publicVerify({
        body: (await file.text()) as never,
        bodySerializer: (body: unknown) => body as string,
        headers: { "Content-Type": "application/json" },
      }),
    );
  return (
    <Flex vertical gap={12}>
      <Flex gap={8} wrap>
        <Button
          type="primary"
          loading={busy}
          onClick={() => void run(() => ok(api.publicRecordChecks({ path: { code } })))}
        >
          {open.verify}
        </Button>
        <Upload
          accept=".json,application/json"
          showUploadList={false}
          beforeUpload={(file) => {
            void run(() => own(file));
            return false;
          }}
        >
          <Button disabled={busy}>{open.verifyOwn}</Button>
        </Upload>
      </Flex>
      <Refusal error={error} />
      {found && <Answer found={found} />}
    </Flex>
  );
}

const RECEIPT = /[^0-9A-HJKMNP-TV-Z]/g;

/** The pseudonym of a receipt, computed on this device: SHA-256, as `registrations.rules.pseudonym` does. */
async function pseudonym(receipt: string): Promise<string> {
  const plain = `miaopu:${receipt.toUpperCase().replace(RECEIPT, "")}`;
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(plain));
  return [...new Uint8Array(hash)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .slice(0, 16);
}

/** The reader's own line, found on the device: neither the receipt nor the pseudonym is sent anywhere. */
export function Mine({ code }: { code: string }) {
  const words = useWords();
  const open = useOpen();
  const { ui } = words;
  const [record, setRecord] = useState<SelectionRecord | null>(null);
  const [person, setPerson] = useState("");
  const [error, setError] = useState<unknown>(null);
  const find = async (receipt: string) => {
    setError(null);
    if (!receipt.trim()) return setPerson("");
    try {
      setRecord(record ?? (await ok(api.publicRecord({ path: { code } }))));
      setPerson(await pseudonym(receipt));
    } catch (wrong) {
      setError(wrong);
    }
  };
  const marked = record?.lines.flatMap((line) => line.people).find((one) => one.person === person);
  const heard = record?.verdicts.flatMap((one) => one.people).find((one) => one.person === person);
  const paired = record?.pairings.flatMap((one) => one.pairs).find((one) => one.person === person);
  const facts: [string, string | number | null | undefined][] = [
    [open.mine.mark, marked?.mark],
    [open.mine.inside, marked && (marked.inside ? ui.yes : ui.no)],
    [open.mine.interview, heard?.interview],
    [open.mine.total, heard?.total],
    [open.mine.rank, heard?.rank],
    [open.mine.outcome, heard && word(words, "registration", heard.outcome)],
    [open.mine.mentor, paired?.mentor],
  ];
  return (
    <Flex vertical gap={8}>
      <Input.Search
        aria-label={open.findMine}
        placeholder={open.findMine}
        enterButton={open.look}
        autoComplete="off"
        onSearch={(receipt) => void find(receipt)}
      />
      <Typography.Text type="secondary">{open.findMineHint}</Typography.Text>
      <Refusal error={error} />
      {person && !marked && <Alert type="info" title={open.findMineNone} />}
      {marked && (
        <Descriptions
          bordered
          size="small"
          column={1}
          title={<code>{person}</code>}
          items={facts
            .filter(([, value]) => value !== undefined && value !== null)
            .map(([label, value]) => ({ key: label, label, children: value }))}
        />
      )}
    </Flex>
  );
}
