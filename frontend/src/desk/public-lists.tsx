import { useQuery } from "@tanstack/react-query";
import { Card, Table, Typography } from "antd";
import { api, ok, type PublicCutoff } from "../api";
import { useWords } from "../shared/context";
import { Failed, Nothing } from "../shared/states";
import { dateTime } from "../words/dates";

interface Named {
  subject_name: string;
  subject_name_en: string;
}

function useNamedSubject(): (one: Named) => string {
  const { language } = useWords();
  return (one) => (language === "en" ? one.subject_name_en : one.subject_name);
}

/** Released lines: every number of them is about a city and a subject, never about a person. */
export function PublicLines() {
  const { ui, fields } = useWords();
  const subject = useNamedSubject();
  const { data, error } = useQuery({
    queryKey: ["public", "cutoffs"],
    queryFn: () => ok(api.publicCutoffs({ query: { size: 100 } })),
  });
  return (
    <Card title={ui.publicCutoffs}>
      {error ? (
        <Failed error={error} />
      ) : data && data.items.length > 0 ? (
        <Table<PublicCutoff>
          rowKey={(line) => `${line.city_name}${line.subject}`}
          size="small"
          dataSource={data.items}
          pagination={{ pageSize: 15, hideOnSinglePage: true, showSizeChanger: false }}
          scroll={{ x: "max-content" }}
          columns={[
            { title: fields.city_name, dataIndex: "city_name" },
            { title: fields.subject, render: (_, line) => subject(line) },
            { title: fields.places, dataIndex: "places", className: "fact", align: "right" },
            { title: fields.line, dataIndex: "line", className: "fact", align: "right" },
            { title: fields.reaching, dataIndex: "reaching", className: "fact", align: "right" },
          ]}
        />
      ) : (
        <Nothing hint={ui.publicNone} />
      )}
    </Card>
  );
}

/** Lotteries: the pool, the source that was named before it was known, and what it said. */
export function PublicDraws() {
  const words = useWords();
  const { ui } = words;
  const subject = useNamedSubject();
  const { data } = useQuery({
    queryKey: ["public", "draws"],
    queryFn: () => ok(api.publicDraws({ query: { size: 100 } })),
  });
  if (!data || data.total === 0) return null;
  return (
    <Card title={ui.cutoff.draws}>
      <Typography.Paragraph type="secondary">{ui.cutoff.lotteryHint}</Typography.Paragraph>
      {data.items.map((draw) => (
        <div key={`${draw.city_name}${draw.subject}`} style={{ marginBottom: 12 }}>
          <strong>
            {draw.city_name} · {subject(draw)}
          </strong>
          <div>
            {draw.source} · {dateTime(draw.draws_at, words.language)}
            {draw.value && <strong className="fact"> = {draw.value}</strong>}
          </div>
          <div className="quiet">{ui.cutoff.pool}</div>
          <div className="numbers fact">{draw.pool.join("　")}</div>
        </div>
      ))}
    </Card>
  );
}
