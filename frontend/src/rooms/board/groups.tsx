import { Button } from "antd";
import type { BoardGroup } from "../../api";
import { useWords } from "../../shared/context";
import { WideTable } from "../../shared/wide-table";
import { boardWords } from "../../words/board";

/** The sums of cities, universities, schools or mentors; a name leads to its students. */
export function Groups({ groups, chosen }: { groups: BoardGroup[]; chosen: (group: BoardGroup) => void }) {
  const words = boardWords(useWords().language);
  const figures = {
    students: words.students,
    behind: words.behind,
    missed_months: words.missedMonths,
    campus_met: words.campusMet,
    missing: words.missing,
    returned: words.returned,
    unreviewed: words.unreviewed,
  } as const;
  return (
    <WideTable<BoardGroup>
      rowKey="id"
      size="small"
      dataSource={groups}
      pagination={{ hideOnSinglePage: true, pageSize: 10, showSizeChanger: false }}
      columns={[
        {
          title: words.group,
          fixed: "left",
          render: (_, group) => (
            <Button type="link" size="small" onClick={() => chosen(group)} style={{ padding: 0 }}>
              {group.name}
            </Button>
          ),
        },
        ...Object.entries(figures).map(([name, title]) => ({
          title,
          dataIndex: name,
          align: "right" as const,
          className: "fact",
        })),
      ]}
    />
  );
}
