import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Flex, Tag, Typography } from "antd";
import { api, type InitialRecord, type MidtermRecord, ok } from "../api";
import { midtermWords } from "../words/midterm";
import { useWords } from "./context";
import { useNamed, usePlan } from "./plan";
import type { Filter } from "./thing";
import type { Flowing } from "./values";

/** What the lists of all evaluations say of the student, what their pages say, and how they are searched. */
export const EVALUATED = {
  columns: ["student_name", "subject", "school_name", "mentor_name"] as const,
  facts: ["student_name", "number", "subject", "school_name", "mentor_name", "university_name"] as const,
  filters: (flow: Flowing): Filter[] => [
    { name: "q" },
    { name: "state", from: flow },
    { name: "subject", from: "subjects" },
  ],
};

/** The mentor's opinion on the first months, in the plan's fields (P22). */
export function Opinions({ record }: { record: Pick<InitialRecord, "opinions"> }) {
  const plan = usePlan();
  const name = useNamed();
  return plan?.evaluations.initial.fields.map((part) => (
    <div key={part.code}>
      <Typography.Text type="secondary">{name(part)}</Typography.Text>
      <Typography.Paragraph style={{ whiteSpace: "pre-wrap" }}>
        {record.opinions[part.code] || "—"}
      </Typography.Paragraph>
    </div>
  ));
}

/** The team's judgement at the mid-term: every dimension of the plan with its level and the reason (P23). */
export function Judgements({ record }: { record: MidtermRecord }) {
  const { ui } = useWords();
  const name = useNamed();
  const plan = usePlan()?.evaluations.midterm;
  return plan?.dimensions.map((dimension) => {
    const judged = record.judgements[dimension.code];
    const level = plan.levels.find((one) => one.code === judged?.level);
    return (
      <div key={dimension.code}>
        <Flex gap={8} wrap align="center">
          <Typography.Text type="secondary">{name(dimension)}</Typography.Text>
          {level && <Tag>{name(level)}</Tag>}
        </Flex>
        <Typography.Paragraph style={{ marginBottom: 0, whiteSpace: "pre-wrap" }}>
          {judged?.reason || ui.none}
        </Typography.Paragraph>
      </div>
    );
  });
}

/** The initial evaluation of a student, where the reader may see it: later evaluations are read beside it (P22). */
export function InitialOf({ enrolment }: { enrolment: string }) {
  const { enums } = useWords();
  const { data } = useQuery({
    queryKey: ["/initial-evaluations", "of", enrolment],
    queryFn: async () => {
      const [found] = (await ok(api.initialEvaluationsList({ query: { enrolment } }))).items;
      return found ? ok(api.initialEvaluationsGet({ path: { thing_id: found.id } })) : null;
    },
  });
  if (!data) return null;
  return (
    <Card
      size="small"
      title={<Link to={`/initial-evaluations/${data.id}` as string}>{enums.thing.initial_evaluation}</Link>}
    >
      <Opinions record={data} />
    </Card>
  );
}

/** The mid-term evaluation of a student, where the reader may see it. */
export function MidtermOf({ enrolment }: { enrolment: string }) {
  const { enums, fields, language } = useWords();
  const words = midtermWords(language);
  const { data } = useQuery({
    queryKey: ["/midterm-evaluations", "of", enrolment],
    queryFn: async () => {
      const [found] = (await ok(api.midtermEvaluationsList({ query: { enrolment } }))).items;
      return found ? ok(api.midtermEvaluationsGet({ path: { thing_id: found.id } })) : null;
    },
  });
  if (!data) return null;
  return (
    <Card
      size="small"
      title={
        <Link to={`/midterm-evaluations/${data.id}` as string}>
          {`${enums.thing.midterm_evaluation} · ${words.judgement}`}
        </Link>
      }
      styles={{ body: { display: "flex", flexDirection: "column", gap: 12 } }}
    >
      <Judgements record={data} />
      <div>
        <Typography.Text type="secondary">{fields.opinion}</Typography.Text>
        <Typography.Paragraph style={{ marginBottom: 0, whiteSpace: "pre-wrap" }}>
          {data.opinion}
        </Typography.Paragraph>
      </div>
    </Card>
  );
}
