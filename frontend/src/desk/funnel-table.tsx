import { Table } from "antd";
import type { Funnel, FunnelCount, FunnelRow } from "../api";
import { useWords } from "../shared/context";
import { Nothing } from "../shared/states";
import { WideTable } from "../shared/wide-table";

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
