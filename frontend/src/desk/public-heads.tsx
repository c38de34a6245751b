import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, List, Typography, Upload } from "antd";
import { useState } from "react";
import { api, ok } from "../api";
import { useWords } from "../shared/context";
import { DownloadButton } from "../shared/download-button";
import { consistent, held, type Receipt, readNote, type Step, signedBy } from "../shared/heads";
import { ReceiptAnswer } from "../shared/receipt-answer";
import { Failed, Loading, Refusal } from "../shared/states";
import { fill } from "../words";
import { dateTime } from "../words/dates";
import { headsOf } from "../words/heads";
import { Frame } from "./public";

const SIZE = 10;

/** The newest heads for everybody, and what one kept or was given checked against them on the own device. */
export function PublicHeadsPage() {
  const { language } = useWords();
  const said = headsOf(language);
  return (
    <Frame>
      <Flex vertical gap={16}>
        <Card title={said.title}>
          <Typography.Paragraph>{said.lead}</Typography.Paragraph>
          <Typography.Paragraph type="secondary" style={{ margin: 0 }}>
            {said.keep}
          </Typography.Paragraph>
        </Card>
        <Check />
        <Heads />
      </Flex>
    </Frame>
  );
}

function Heads() {
  const { language } = useWords();
  const said = headsOf(language);
  const [page, setPage] = useState(1);
  const { data, error } = useQuery({
    queryKey: ["public", "heads", page],
    queryFn: () => ok(api.publicTrailHeads({ query: { page, size: SIZE } })),
  });
  if (error) return <Failed error={error} />;
  if (!data) return <Loading />;
  return (
    <Card title={said.published}>
      <List
        dataSource={data.items}
        rowKey="size"
        locale={{ emptyText: said.none }}
        pagination={
          data.total > SIZE && { current: page, pageSize: SIZE, total: data.total, onChange: setPage }
        }
        renderItem={(head) => (
          <List.Item style={{ display: "block" }}>
            <Flex justify="space-between" wrap gap={8}>
              <Flex vertical gap={2} style={{ minWidth: 0 }}>
                <strong>{fill(said.entries, { size: head.size })}</strong>
                <small className="quiet">{fill(said.madeAt, { at: dateTime(head.made_at, language) })}</small>
                <small style={{ overflowWrap: "anywhere" }}>
                  {said.root} <code>{head.root}</code>
                </small>
                <small className="quiet">
                  {head.countersigned.length
                    ? fill(said.by, { names: head.countersigned.map((one) => one.unit_name).join("、") })
                    : said.byNobody}
                </small>
              </Flex>
              <DownloadButton
                size="small"
                label={said.download}
                path={`/public/trail/heads/${head.size}/note`}
                name={`head-${head.size}.txt`}
              />
            </Flex>
          </List.Item>
        )}
      />
    </Card>
  );
}

type Found =
  | { kind: "head"; old: number; now: number; fits: boolean; signed: boolean }
  | { kind: "receipt"; value: string; steps: Record<Step, boolean> }
  | { kind: "none" }
  | { kind: "unable" };

/** Looks at a file; only the sizes of two heads are asked of the platform. */
async function look(text: string): Promise<Found> {
  const keys = (await ok(api.publicTrailKeys())).keys.map((key) => key.public);
  if (text.trimStart().startsWith("{")) {
    const receipt = JSON.parse(text) as Receipt;
    return { kind: "receipt", value: receipt.value, steps: await held(receipt, keys) };
  }
  const kept = readNote(text);
  const now = readNote((await ok(api.publicTrailHead({ path: { size: 0 } }))).note);
  const signed = await signedBy(kept, keys);
  let path: string[] = [];
  let there = kept.size <= now.size;
  if (kept.size < now.size) {
    const answer = await api.publicTrailConsistency({ query: { old: kept.size, new: now.size } });
    // A size that no head has any more is an answer too; that nothing answered is none.
    if (answer.response?.status === 404) there = false;
    else path = (await ok(Promise.resolve(answer))).path;
  }
  const fits = there && (await consistent(kept, now, path)) && (await signedBy(now, keys));
  return { kind: "head", old: kept.size, now: now.size, fits, signed };
}

function Check() {
  const { language } = useWords();
  const said = headsOf(language);
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const check = async (file: File) => {
    setBusy(true);
    setFound(null);
    setError(null);
    try {
      setFound(await look(await file.text()));
    } catch (wrong) {
      if (wrong instanceof DOMException && wrong.name === "NotSupportedError") setFound({ kind: "unable" });
      else if (wrong instanceof Error && !("status" in wrong)) setFound({ kind: "none" });
      else setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={said.checkTitle}>
      <Flex vertical gap={12} align="start">
        <Typography.Text type="secondary">{said.checkHint}</Typography.Text>
        <Upload
          accept=".txt,.json"
          showUploadList={false}
          beforeUpload={(file) => {
            void check(file);
            return false;
          }}
        >
          <Button type="primary" loading={busy}>
            {said.checkFile}
          </Button>
        </Upload>
        <Refusal error={error} />
        <div aria-live="polite">{found && <Answer found={found} />}</div>
      </Flex>
    </Card>
  );
}

function Answer({ found }: { found: Found }) {
  const { language } = useWords();
  const said = headsOf(language);
  if (found.kind === "none") return <Alert type="warning" showIcon title={said.notAFile} />;
  if (found.kind === "unable") return <Alert type="warning" showIcon title={said.noCrypto} />;
  if (found.kind === "head") {
    if (!found.signed) return <Alert type="error" showIcon title={said.keptUnsigned} />;
    return (
      <Alert
        type={found.fits ? "success" : "error"}
        showIcon
        title={found.fits ? said.follows : said.differs}
        description={fill(said.kept, { old: found.old, new: found.now })}
      />
    );
  }
  return <ReceiptAnswer value={found.value} steps={found.steps} />;
}
