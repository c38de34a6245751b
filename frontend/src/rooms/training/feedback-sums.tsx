import { useQuery } from "@tanstack/react-query";
import { Card } from "antd";
import { api, type FeedbackSum, ok } from "../../api";
import { useWords } from "../../shared/context";
import { useNamed, usePlan } from "../../shared/plan";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";
import { yearWords } from "../../words/year";

/** Means of what students say of the mentoring, where enough have answered. */
export function Sums() {
  const { language, fields } = useWords();
  const words = yearWords(language);
  const name = useNamed();
  const feedback = usePlan()?.feedback;
  const { data } = useQuery({ queryKey: ["feedback", "sums"], queryFn: () => ok(api.feedbackSums()) });
  if (!data || data.items.length === 0) return null;
  const questions = (feedback?.on_mentoring ?? []).filter((question) => question.kind === "scale");
  const point = (code: string) => feedback?.points?.find((one) => one.code === code);
  return (
    <Card size="small" title={words.sums}>
      <WideTable<FeedbackSum>
        rowKey={(row) => `${row.city_name} ${row.point}`}
        size="small"
        pagination={false}
        dataSource={data.items}
        columns={[
          { title: fields.city_name, dataIndex: "city_name", fixed: "left" },
          {
            title: words.point,
            render: (_, row) => {
              const found = point(row.point);
              return found ? name(found) : row.point;
            },
          },
          { title: words.feedback, render: (_, row) => fill(words.answers, { count: row.answers }) },
          ...questions.map((question) => ({
            title: name(question),
            align: "right" as const,
            render: (_: unknown, row: FeedbackSum) =>
              row.means?.[question.code]?.toFixed(2) ?? (
                <span className="quiet">{fill(words.tooFew, { count: feedback?.smallest_group ?? 0 })}</span>
              ),
          })),
        ]}
      />
    </Card>
  );
}
