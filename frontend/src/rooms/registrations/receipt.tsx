import { Button, Card, Flex, Typography } from "antd";
import { useKnownMe, useWords } from "../../shared/context";

/** The family's key to the own line in the public record; nobody else is shown it. */
export function Receipt({ receipt }: { receipt: string }) {
  const { open } = useWords();
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
