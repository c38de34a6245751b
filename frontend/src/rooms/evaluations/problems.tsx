import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Flex, List, Tag } from "antd";
import { api, ok, type ProblemForm, type ProblemItem, type ProblemRecord } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { Failed } from "../../shared/states";
import type { Thing } from "../../shared/thing";
import { StateTag } from "../../shared/values";
import { fill } from "../../words";
import { date } from "../../words/dates";
import { midtermWords } from "../../words/midterm";
import { useStudents } from "./students";

const OWNERS: ProblemForm["owner_role"][] = [
  "mentor",
  "student",
  "guide_teacher",
  "school",
  "university",
  "city_office",
];

/** A problem with its owner and the day by which it is solved; of one student, or of one to choose. */
function Raise({ enrolment, done }: { enrolment?: string; done: () => void }) {
  const { fields, enums, language } = useWords();
  const words = midtermWords(language);
  const raises = useKnownMe().permissions.includes("midterm_problem.raise");
  const students = useStudents(raises && !enrolment);
  if (!raises) return null;
  return (
    <AskButton
      type={enrolment ? "default" : "primary"}
      size={enrolment ? "small" : undefined}
      label={words.raise}
      asks={[
        ...(enrolment
          ? []
          : [
              {
                name: "enrolment_id",
                label: fields.student_name,
                kind: "choice" as const,
                options: students,
                required: true,
              },
            ]),
        { name: "text", label: words.problem, kind: "long", rows: 3, max: 2000, required: true },
        {
          name: "owner_role",
          label: words.owner,
          kind: "choice",
          options: OWNERS.map((role) => ({ value: role, label: enums.role[role] })),
          required: true,
        },
        { name: "due_on", label: fields.due_on, kind: "date", required: true },
      ]}
      send={(values, headers) =>
        api.midtermProblemsCreate({ body: { enrolment_id: enrolment, ...values } as never, headers })
      }
      done={done}
    />
  );
}

function Due({ row }: { row: ProblemItem }) {
  const { language } = useWords();
  return (
    <Flex gap={6} wrap align="center">
      <span className="fact">{date(row.due_on, language)}</span>
      {row.overdue && <Tag color="red">{midtermWords(language).overdue}</Tag>}
    </Flex>
  );
}

function Owner({ row }: { row: ProblemItem }) {
  const { enums, language } = useWords();
  return (
    <Flex gap={6} wrap align="center">
      <span>{[enums.role[row.owner_role], row.owner_name].filter(Boolean).join(" · ")}</span>
      {row.mine && <Tag color="green">{midtermWords(language).mine}</Tag>}
    </Flex>
  );
}

/** The problems of one student, beside the evaluation. */
export function ProblemsOf({ enrolment, done }: { enrolment: string; done: () => void }) {
  const { ui, language } = useWords();
  const words = midtermWords(language);
  const { data, error, isPending } = useQuery({
    queryKey: ["/midterm-problems", "of", enrolment],
    queryFn: () => ok(api.midtermProblemsList({ query: { enrolment, size: 100 } })),
  });
  if (error) return <Failed error={error} />;
  return (
    <Card size="small" title={words.problems} extra={<Raise enrolment={enrolment} done={done} />}>
      <List
        size="small"
        loading={isPending}
        locale={{ emptyText: ui.none }}
        dataSource={data?.items ?? []}
        rowKey="id"
        renderItem={(row) => (
          <List.Item>
            <Flex vertical gap={4} style={{ width: "100%" }}>
              <Flex gap={8} wrap align="center">
                <Link to={`/midterm-problems/${row.id}` as string}>{row.text}</Link>
                <StateTag table="midterm_problem" code={row.state} />
              </Flex>
              <Flex gap={12} wrap className="quiet">
                <Owner row={row} />
                <Due row={row} />
              </Flex>
              {row.solution && <div>{fill(words.solvedBy, { solution: row.solution })}</div>}
            </Flex>
          </List.Item>
        )}
      />
    </Card>
  );
}

function useOwners() {
  const { enums } = useWords();
  return OWNERS.map((role) => ({ value: role, label: enums.role[role] }));
}

function useOverdue() {
  return [{ value: "yes", label: midtermWords(useWords().language).overdue }];
}

export const midtermProblems: Thing<ProblemItem, ProblemRecord, "midterm_problem"> = {
  path: "/midterm-problems",
  stage: "midterm_evaluation",
  flow: "midterm_problem",
  title: (record) => record.student_name,
  columns: ["student_name", "text", "owner_name", "due_on", "state"],
  cells: { due_on: Due, owner_name: Owner },
  brief: ["text", "owner_name", "due_on"],
  filters: [
    { name: "q" },
    { name: "state", from: "midterm_problem" },
    { name: "owner", useOptions: useOwners },
    { name: "overdue", useOptions: useOverdue },
    { name: "subject", from: "subjects" },
    { name: "city", from: "cities" },
  ],
  list: (query) => api.midtermProblemsList({ query: query as never }),
  get: (id) => api.midtermProblemsGet({ path: { problem_id: id } }),
  act: (id, action, body, headers) =>
    api.midtermProblemsAct({ path: { problem_id: id, action: action as never }, body, headers }),
  trail: (id) => api.midtermProblemsTrail({ path: { problem_id: id } }),
  facts: ["student_name", "subject", "city_name", "owner_name", "due_on", "raised_by_name", "solved_at"],
  texts: ["text", "solution"],
  steps: ["open", "solved"],
  Tools: Raise,
};
