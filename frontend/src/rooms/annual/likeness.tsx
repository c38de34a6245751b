import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Collapse, Flex, Tag, Typography } from "antd";
import { type Alike, api, type LikeWork, ok } from "../../api";
import { useWords } from "../../shared/context";
import { JobButton } from "../../shared/job-button";
import { Failed, Loading } from "../../shared/states";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";

/** What other works have in common with this one, passage beside passage: a sign to look at, never a verdict. */
export function LikenessCard({ id }: { id: string }) {
  const { ui, language } = useWords();
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ["likeness", id],
    queryFn: () => ok(api.annualEvaluationsLikeness({ path: { thing_id: id } })),
  });
  if (error) return <Failed error={error} />;
  if (!data) return <Loading />;
  return (
    <Card size="small" title={ui.likeness.title}>
      <Flex vertical gap={10} align="start">
        <Typography.Text type="secondary">{ui.likeness.hint}</Typography.Text>
        <JobButton
          key={data.job_id}
          running={data.job_id}
          label={data.as_of ? ui.likeness.again : ui.likeness.compare}
          send={(headers) => api.annualEvaluationsCompare({ headers })}
          finished={() => client.invalidateQueries({ queryKey: ["likeness"] })}
        />
        {data.as_of && (
          <span className="quiet">
            {fill(ui.likeness.asOf, { at: dateTime(data.as_of, language) })}
            {data.unread > 0 && ` · ${fill(ui.likeness.unread, { count: data.unread })}`}
          </span>
        )}
        {data.as_of && data.works.length === 0 && <span>{ui.likeness.none}</span>}
        {data.works.length > 0 && (
          <Collapse
            size="small"
            style={{ width: "100%" }}
            items={data.works.map((one, i) => ({
              key: i,
              label: <Whose one={one} />,
              children: one.passages.map((passage) => <Beside key={passage.mine.join()} passage={passage} />),
            }))}
          />
        )}
      </Flex>
    </Card>
  );
}

function Whose({ one }: { one: LikeWork }) {
  const { ui } = useWords();
  const name = one.student_name || ui.likeness.another;
  return (
    <Flex gap={8} wrap align="center">
      {one.annual_id ? (
        <Link to={`/annual-evaluations/${one.annual_id}` as string}>{name}</Link>
      ) : (
        <span>{name}</span>
      )}
      <span className="quiet">
        {one.city_name} · {one.year}
      </span>
      <Tag color={one.percent >= 30 ? "red" : "orange"}>
        {fill(ui.likeness.percent, { percent: one.percent })}
      </Tag>
    </Flex>
  );
}

function Beside({ passage }: { passage: Alike }) {
  return (
    <div className="beside">
      <Run of={passage.mine} />
      <Run of={passage.theirs} />
    </div>
  );
}

function Run({ of: [before, same, after] }: { of: Alike["mine"] }) {
  return (
    <blockquote>
      …{before}
      <mark>{same}</mark>
      {after}…
    </blockquote>
  );
}
