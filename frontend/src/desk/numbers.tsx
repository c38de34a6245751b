import { useQuery } from "@tanstack/react-query";
import { Card, Table, Typography } from "antd";
import { api, type Funnel, type FunnelCount, type FunnelRow, ok } from "../api";
import { useWords } from "../shared/context";
import { Failed, Nothing } from "../shared/states";
import { WideTable } from "../shared/wide-table";

/** The year in numbers: how many came how far, by city and subject, as far as one sees them. */
export function Numbers() {
  const { ui } = useWords();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["funnel"],
    queryFn: () => ok(api.reportsFunnel()),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <>
      <Typography.Title level={3} style={{ marginTop: 0 }}>
        {ui.numbers}
      </Typography.Title>
      <Card>
        <FunnelTable funnel={data} loading={isPending} />
      </Card>
    </>
  );
}

/** How many came how far, by city and subject, with the sum below. */
export function FunnelTable({ funnel, loading }: { funnel?: Funnel; loading?: boolean }) {
  const { ui, fields } = useWords();
  const steps = Object.keys(ui.funnel) as (keyof FunnelCount)[];
  return (
    <WideTable<FunnelRow>
      rowKey={(row) => `${row.city_name} ${row.subject}`}
      size="small"
      loading={loading}
      dataSource={funnel?.items ?? []}
      locale={{ emptyText: <Nothing /> }}
      pagination={false}
      columns={[
        { title: fields.city_name, dataIndex: "city_name", fixed: "left" },
        { title: fields.subject, dataIndex: "subject_name" },
        ...steps.map((step) => ({
          title: ui.funnel[step],
          dataIndex: step,
          align: "right" as const,
          className: "fact",
        })),
      ]}
      summary={() =>
        funnel && (
          <Table.Summary.Row>
            <Table.Summary.Cell index={0} colSpan={2}>
              <strong>{ui.sum}</strong>
            </Table.Summary.Cell>
            {steps.map((step, i) => (
              <Table.Summary.Cell key={step} index={i + 2} align="right">
                <strong className="fact">{funnel.total[step]}</strong>
              </Table.Summary.Cell>
            ))}
          </Table.Summary.Row>
        )
      }
    />
  );
}
