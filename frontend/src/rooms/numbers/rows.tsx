import { Table } from "antd";
import type { DrawnNumbers } from "../../api";
import { WideTable } from "../../shared/wide-table";

type Row = DrawnNumbers["rows"][number];

/** The picture's table, cell by cell what is drawn, with the sum below. */
export function Rows({ numbers }: { numbers: DrawnNumbers }) {
  const { columns, total } = numbers;
  return (
    <WideTable<Row>
      rowKey={(row) => JSON.stringify(row)}
      size="small"
      dataSource={numbers.rows}
      pagination={numbers.rows.length > 30 ? { pageSize: 30, showSizeChanger: false } : false}
      columns={columns.map((column, i) => ({
        title: column.title,
        dataIndex: column.key,
        fixed: i === 0 ? ("left" as const) : undefined,
        ...(column.kind === "name" ? {} : { align: "right" as const, className: "fact" }),
      }))}
      summary={() =>
        total && (
          <Table.Summary.Row>
            {columns.map((column, i) => (
              <Table.Summary.Cell
                key={column.key}
                index={i}
                align={column.kind === "name" ? "left" : "right"}
              >
                <strong className="fact">{total[column.key]}</strong>
              </Table.Summary.Cell>
            ))}
          </Table.Summary.Row>
        )
      }
    />
  );
}
