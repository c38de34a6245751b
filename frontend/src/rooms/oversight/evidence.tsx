import { useQuery } from "@tanstack/react-query";
import { Card, Flex, Grid, Table } from "antd";
import type { ReactNode } from "react";
import { ok } from "../../api";
import { Failed, Loading, Nothing } from "../../shared/states";
import type { Answer } from "../../shared/thing";
import { useOversight } from "./words";

export interface Column<Row> {
  title: string;
  show: (row: Row) => ReactNode;
  figure?: boolean;
  /** A text that may be long. */
  long?: boolean;
}

/** The cases of one kind with their evidence: a table at a desk, cards on a phone. */
export function Evidence<Row extends { id: string }>({
  name,
  load,
  columns,
}: {
  name: string;
  load: () => Answer<{ items: Row[]; total: number }>;
  columns: Column<Row>[];
}) {
  const { ui } = useOversight();
  const wide = Grid.useBreakpoint().md ?? true;
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["/oversight", "cases", name],
    queryFn: () => ok(load()),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending) return <Loading />;
  if (data.items.length === 0) return <Nothing hint={ui.none} />;
  if (!wide) {
    return (
      <Flex vertical gap={8}>
        {data.items.map((row) => (
          <Card key={row.id} size="small">
            {columns.map(({ title, show }) => (
              <Flex key={title} gap={8}>
                <span className="quiet" style={{ flexShrink: 0 }}>
                  {title}
                </span>
                <div>{show(row)}</div>
              </Flex>
            ))}
          </Card>
        ))}
      </Flex>
    );
  }
  return (
    <Table<Row>
      rowKey="id"
      size="small"
      dataSource={data.items}
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      scroll={{ x: "max-content" }}
      columns={columns.map(({ title, show, figure, long }) => ({
        title,
        key: title,
        render: (_: unknown, row: Row) => (long ? <div className="wrapped">{show(row)}</div> : show(row)),
        ...(figure && { align: "right" as const, className: "fact" }),
      }))}
    />
  );
}
