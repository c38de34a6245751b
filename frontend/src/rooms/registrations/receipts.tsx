import { useQuery } from "@tanstack/react-query";
import { Button, Card, Flex, Typography } from "antd";
import { api, ok } from "../../api";
import { useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
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
      <Flex vertical gap={12} align="start">
        <Typography.Text type="secondary">{said.receiptsHint}</Typography.Text>
        {data.items.map((one) => (
          <Flex key={one.id} gap={12} wrap align="center">
            <span>
              {said.receiptKind[one.kind]} · {dateTime(one.made_at, language)}
            </span>
            {one.forgotten ? (
              <small className="quiet">{said.receiptForgotten}</small>
            ) : one.sealed ? (
              <DownloadButton
                size="small"
                label={said.receiptGet}
                path={`/registrations/${registration}/receipts/${one.id}`}
                name={`receipt-${one.kind}-${one.made_at.slice(0, 10)}.json`}
              />
            ) : (
              <small className="quiet">{said.receiptWaits}</small>
            )}
          </Flex>
        ))}
        <Button href="/public/heads">{said.receiptCheck}</Button>
      </Flex>
    </Card>
  );
}
