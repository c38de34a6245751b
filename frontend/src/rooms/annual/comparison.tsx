import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Flex, Select, Switch, Tag, Typography } from "antd";
import { type ReactNode, useState } from "react";
import { api, type ComparedExpert, type ComparedWork, type FinalComparison, ok } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { useSubjectOptions } from "../../shared/plan";
import { Failed, Loading, Nothing } from "../../shared/states";
import { StateTag } from "../../shared/values";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";
import { ConflictSubjects, JudgeConflicts } from "./judge-conflicts";

const number = { className: "fact", align: "right" as const };
const signed = (value: number | null) => (value === null ? "—" : value > 0 ? `+${value}` : value);

interface ComparedWords {
  nothing: string;
  judges: string;
  judgesHint: string;
  works: string;
  worksHint: string;
  looked: string;
}

interface ComparedProps {
  title: string;
  may: boolean;
  read: (subject: string) => { queryKey: string[]; queryFn: () => Promise<FinalComparison> };
  tools?: (subject: string, done: () => void) => ReactNode;
  /** Who gives works to judges reads here who must not get which. */
  court?: "panel" | "final";
  words: ComparedWords;
}

/** The final of a subject before it is graded: how experts lean, where they disagree, whose grade hangs on it. */
export function FinalPage() {
  const { ui } = useWords();
  const me = useKnownMe();
  return (
    <Compared
      title={ui.final.compared}
      may={me.permissions.includes("evaluation.grade")}
      court={me.permissions.includes("evaluation.assign") ? "final" : undefined}
      read={(subject) => ({
        queryKey: ["final", "comparison", subject],
        queryFn: () => ok(api.finalEvaluationsCompare({ body: { subject } })),
      })}
      words={{
        nothing: ui.final.nothing,
        judges: ui.compare.judges,
        judgesHint: ui.final.judgesHint,
        works: ui.final.works,
        worksHint: ui.final.worksHint,
        looked: ui.final.thirdLook,
      }}
    />
  );
}

/** Sheets of a subject side by side, of the city's panel or the final. */
export function Compared({ title, may, read, tools, court, words }: ComparedProps) {
  const { fields } = useWords();
  const subjects = useSubjectOptions();
  const [chosen, setChosen] = useState<string>();
  const subject = chosen ?? (subjects[0]?.value as string | undefined);
  const { data, error, refetch } = useQuery({
    ...read(subject ?? ""),
    enabled: subject !== undefined && may,
  });
  return (
    <Flex vertical gap={16}>
      <Flex gap={12} align="center" wrap>
        <Typography.Title level={3} style={{ margin: 0 }}>
          {title}
        </Typography.Title>
        <Select
          aria-label={fields.subject}
          value={subject}
          options={subjects}
          onChange={setChosen}
          style={{ minWidth: 140 }}
        />
        {subject !== undefined && tools?.(subject, () => void refetch())}
      </Flex>
      {court && (
        <ConflictSubjects
          court={court}
          choose={(one) => {
            setChosen(one);
            requestAnimationFrame(() => document.getElementById("conflicts")?.scrollIntoView());
          }}
        />
      )}
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && data.works.length === 0 && <Nothing hint={words.nothing} />}
      {data && data.works.length > 0 && <Figures data={data} words={words} />}
      {court && subject !== undefined && <JudgeConflicts subject={subject} court={court} />}
    </Flex>
  );
}

function Figures({ data, words }: { data: FinalComparison; words: ComparedWords }) {
  const { ui } = useWords();
  const [only, setOnly] = useState(false);
  const trial = data.works.filter((one) => one.calibration);
  const works = data.works.filter((one) => !one.calibration);
  const looked = works.filter((one) => one.third_look || one.scores.some((score) => score.far_off));
  return (
    <>
      <Card size="small" title={words.judges}>
        <Typography.Paragraph type="secondary">{words.judgesHint}</Typography.Paragraph>
        <Experts experts={data.experts} />
      </Card>
      {trial.length > 0 && (
        <Card size="small" title={ui.final.calibration}>
          <Works works={trial} />
        </Card>
      )}
      <Card
        size="small"
        title={words.works}
        extra={
          <Flex gap={8} align="center">
            {fill(words.looked, { count: looked.length })}
            <Switch size="small" checked={only} onChange={setOnly} aria-label={words.looked} />
          </Flex>
        }
      >
        <Typography.Paragraph type="secondary">
          {fill(words.worksHint, { points: data.outlier_points, seed: data.seed ?? "—" })}
        </Typography.Paragraph>
        <Works works={only ? looked : works} />
      </Card>
    </>
  );
}

function Experts({ experts }: { experts: ComparedExpert[] }) {
  const { ui, fields } = useWords();
  return (
    <WideTable<ComparedExpert>
      rowKey="name"
      size="small"
      dataSource={experts}
      pagination={false}
      columns={[
        { title: fields.experts, dataIndex: "name", fixed: "left" },
        { title: ui.sheets, dataIndex: "sheets", ...number },
        { title: ui.final.waiting, dataIndex: "waiting", ...number },
        { title: ui.compare.mean, ...number, render: (_, one) => one.mean ?? "—" },
        { title: ui.compare.lean, ...number, render: (_, one) => signed(one.lean) },
        { title: ui.compare.severity, ...number, render: (_, one) => signed(one.severity) },
        { title: ui.compare.farOff, dataIndex: "far_off", ...number },
      ]}
    />
  );
}

function Works({ works }: { works: ComparedWork[] }) {
  const { ui, fields } = useWords();
  return (
    <WideTable<ComparedWork>
      rowKey="annual_id"
      size="small"
      dataSource={works}
      pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
      columns={[
        {
          title: fields.student_name,
          fixed: "left",
          render: (_, one) => (
            <Link to={`/annual-evaluations/${one.annual_id}` as string}>{one.student_name}</Link>
          ),
        },
        {
          title: ui.final.scores,
          render: (_, one) => <Scored of={one} />,
        },
        { title: fields.spread, ...number, render: (_, one) => one.spread ?? "—" },
        {
          title: ui.compare.mean,
          ...number,
          render: (_, one) => <Graded of={one} way="mean" />,
        },
        {
          title: ui.compare.severity,
          ...number,
          render: (_, one) => <Graded of={one} way="severity" />,
        },
      ]}
    />
  );
}

/** Each judge's score of a work; who lies far off is red. */
export function Scored({ of }: { of: ComparedWork }) {
  const { ui } = useWords();
  if (of.scores.length === 0) return <span className="quiet">{ui.final.unscored}</span>;
  return (
    <Flex gap={4} wrap>
      {of.scores.map((score) => (
        <Tag key={score.expert_name} color={score.far_off ? "red" : undefined} title={score.expert_name}>
          {score.expert_name} {score.score}
        </Tag>
      ))}
    </Flex>
  );
}

function Graded({ of, way }: { of: ComparedWork; way: "mean" | "severity" }) {
  const grade = of.grades[way];
  if (of.means[way] === undefined) return "—";
  return (
    <>
      {of.means[way]} {grade && <StateTag table="grade" code={grade} />}
    </>
  );
}
