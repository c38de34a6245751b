import { Button, Card, Flex, Typography } from "antd";
import { useKnownMe } from "../../shared/context";
import { useOpen } from "../../shared/open-words";

/** The family's key to the own line in the public record; nobody else is shown it. */
export function Receipt({ receipt }: { receipt: string }) {
  const open = useOpen();
  const { cycle } = useKnownMe();
  return (
    <Card size="small" title={open.myReceipt}>
      <Flex vertical gap={8} align="start">
        <Typography.Text strong copyable className="fact">
          {receipt}
        </Typography.Text>
        <Typography.Text type="secondary">{open.myReceiptHint}</Typography.Text>
        <Button href={`/public/cycles/${cycle?.code}`}>{open.openRecord}</Button>
      </Flex>
    </Card>
  );
}
