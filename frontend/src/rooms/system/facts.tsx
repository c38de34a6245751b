import { Card, Descriptions } from "antd";
import type { ReactNode } from "react";

/** A card of figures, each behind its name, and what belongs under them. */
export function Facts({
  title,
  facts,
  children,
}: {
  title: string;
  facts: [string, ReactNode][];
  children?: ReactNode;
}) {
  return (
    <Card size="small" title={title} style={{ height: "100%" }}>
      <Descriptions
        column={1}
        size="small"
        items={facts.map(([label, value]) => ({ key: label, label, children: value }))}
      />
      {children}
    </Card>
  );
}
