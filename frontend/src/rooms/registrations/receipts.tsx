import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Typography } from "antd";
import { useState } from "react";
import { api, ok, type ReceiptItem } from "../../api";
import { useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { held, type Receipt, type Step } from "../../shared/heads";
import { ReceiptAnswer } from "../../shared/receipt-answer";
import { Refusal } from "../../shared/states";
import { dateTime } from "../../words/dates";
import { headsOf } from "../../words/heads";

/** What the family handed in or was told and can show later; the card is not there while there is nothing. */
export function Receipts({ registration }: { registration: string }) {
  const { language } = useWords();
  const said = headsOf(language);
  const { data, error } = useQuery({
    queryKey: ["registrations", registration, "receipts"],
    queryFn: () => ok(api.receiptsList({ path: { registration_id: registration } })),
  });
  if (error) return <Refusal error={error} />;
  if (!data?.total) return null;
  return (
    <Card size="small" title={said.receipts}>
      <Flex vertical gap={12}>
        <Typography.Text type="secondary">{said.receiptsHint}</Typography.Text>
        {data.items.map((one) => (
          <One key={one.id} registration={registration} one={one} />
        ))}
        <div>
          <Button type="link" style={{ paddingInline: 0 }} href="/public/heads">
            {said.receiptCheckKept}
          </Button>
        </div>
      </Flex>
    </Card>
  );
}

/** An own receipt, fetched and checked on this device; "unable" where the browser knows no such signatures. */
async function checkOwn(
  registration: string,
  one: string,
): Promise<{ value: string; steps: Record<Step, boolean> } | "unable"> {
  const path = { registration_id: registration, receipt_id: one };
  const receipt = (await ok(api.receiptsGet({ path }))) as Receipt;
  const keys = (await ok(api.publicTrailKeys())).keys.map((key) => key.public);
  try {
    return { value: receipt.value, steps: await held(receipt, keys) };
  } catch (wrong) {
    if (wrong instanceof DOMException && wrong.name === "NotSupportedError") return "unable";
    throw wrong;
  }
}

function One({ registration, one }: { registration: string; one: ReceiptItem }) {
  const { language } = useWords();
  const said = headsOf(language);
  const [found, setFound] = useState<Awaited<ReturnType<typeof checkOwn>> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const check = async () => {
    setBusy(true);
    setFound(null);
    setError(null);
    try {
      setFound(await checkOwn(registration, one.id));
    } catch (wrong) {
      setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Flex vertical gap={8}>
      <Flex gap={12} wrap align="center">
        <span>
          {said.receiptKind[one.kind]} · {dateTime(one.made_at, language)}
        </span>
        {one.forgotten && <small className="quiet">{said.receiptForgotten}</small>}
        {!one.forgotten && !one.sealed && <small className="quiet">{said.receiptWaits}</small>}
        {!one.forgotten && one.sealed && (
          <Flex gap={8} wrap>
            <Button size="small" loading={busy} onClick={() => void check()}>
              {said.receiptCheck}
            </Button>
            <DownloadButton
              size="small"
              label={said.receiptGet}
              path={`/registrations/${registration}/receipts/${one.id}`}
              name={`receipt-${one.kind}-${one.made_at.slice(0, 10)}.json`}
            />
          </Flex>
        )}
      </Flex>
      <Refusal error={error} />
      <div aria-live="polite">
        {found === "unable" && <Alert type="warning" showIcon title={said.noCrypto} />}
        {found && found !== "unable" && <ReceiptAnswer {...found} />}
      </div>
    </Flex>
  );
}
