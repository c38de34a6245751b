import { Grid, Tag } from "antd";
import type { Explained, PairItem, RoundRecord } from "../../api";
import { useWords } from "../../shared/context";
import { useSubject } from "../../shared/values";
import { WideTable } from "../../shared/wide-table";
import { useReasons } from "./explained";

/** All pairs as a list; a line opens to why it is so. */
export function Pairs({ round, explained }: { round: RoundRecord; explained?: Explained; done: () => void }) {
  const { fields, ui } = useWords();
  const subject = useSubject();
  const wide = Grid.useBreakpoint().md ?? true;
  const reasons = useReasons(round, explained);
  return (
    <WideTable<PairItem>
      rowKey="id"
      size="small"
      dataSource={round.pair_list}
      pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
      expandable={{
        rowExpandable: (pair) => reasons(pair.registration_id).length > 0 || pair.reason !== "",
        expandedRowRender: (pair) => (
          <ul className="reasons">
            {reasons(pair.registration_id).map((line) => (
              <li key={line}>{line}</li>
            ))}
            {pair.reason && (
              <li>
                {ui.pairing.byHand}：{pair.reason}
              </li>
            )}
          </ul>
        ),
      }}
      columns={[
        { title: fields.student_name, dataIndex: "student_name" },
        ...(wide ? [{ title: fields.school_name, dataIndex: "school_name" }] : []),
        { title: fields.subject, render: (_, pair) => subject(pair.subject) },
        { title: fields.total, dataIndex: "total", className: "fact" },
        { title: fields.mentor_name, dataIndex: "mentor_name" },
        {
          title: fields.choice,
          render: (_, pair) => (pair.choice ? pair.choice : <Tag>{fields.adjusted}</Tag>),
        },
      ]}
    />
  );
}
