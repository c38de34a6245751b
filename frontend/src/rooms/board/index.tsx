import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Card, Flex, Grid, List, Pagination, Select, Switch, Typography } from "antd";
import { api, type Board, type BoardGroup, type BoardLine, ok } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { DownloadButton } from "../../shared/download-button";
import { FilterField } from "../../shared/list-filters";
import { Failed, Loading, Nothing } from "../../shared/states";
import type { Filter, Query } from "../../shared/thing";
import { WideTable } from "../../shared/wide-table";
import { fill } from "../../words";
import { boardWords } from "../../words/board";
import { dateTime } from "../../words/dates";
import { Campus, LogTags, MonthCell, Needs } from "./cells";
import { Groups } from "./groups";

const SIZE = 25;
const FILTERS: Filter[] = [
  { name: "city", from: "cities" },
  { name: "subject", from: "subjects" },
  { name: "q" },
];

/** Students by months: who was met, who came, whose logs are missing, and with whom it lies (P9–P11). */
export function BoardPage() {
  const { language } = useWords();
  const words = boardWords(language);
  const wide = Grid.useBreakpoint().md ?? true;
  const search = useSearch({ strict: false }) as Query;
  const navigate = useNavigate();
  const turn = (next: Query) => {
    const kept = Object.entries({ ...search, page: undefined, ...next }).filter(
      ([, value]) => value !== undefined,
    );
    void navigate({ to: "/board" as string, search: Object.fromEntries(kept) as never });
  };
  const { data, error, refetch } = useQuery({
    queryKey: ["board", search],
    queryFn: () => ok(api.boardGet({ query: { size: SIZE, ...search } as never })),
    placeholderData: keepPreviousData,
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Flex vertical gap={12}>
      <Flex justify="space-between" wrap gap={8}>
        <Typography.Title level={3} style={{ margin: 0 }}>
          {words.title}
        </Typography.Title>
        <DownloadButton
          label={words.sheet}
          path={`/board.xlsx?${asked(search)}`}
          name={`${words.title}.xlsx`}
        />
      </Flex>
      <Head board={data} />
      <Choices search={search} turn={turn} />
      {data.groups.length > 0 && (
        <Groups groups={data.groups} chosen={(group) => turn(within(search, group))} />
      )}
      {data.items.length === 0 ? (
        <Nothing hint={words.none} />
      ) : wide ? (
        <Heat board={data} />
      ) : (
        <Cards board={data} />
      )}
      <Pagination
        align="end"
        hideOnSinglePage
        current={data.page}
        pageSize={data.size}
        total={data.total}
        showSizeChanger={false}
        onChange={(page) => turn({ page: String(page) })}
      />
    </Flex>
  );
}

function asked(search: Query): string {
  const given = Object.entries(search).filter(
    ([name, value]) => value && !["page", "size", "by"].includes(name),
  );
  return new URLSearchParams(given as [string, string][]).toString();
}

/** The students of one group, next by the group below it. */
function within(search: Query, group: BoardGroup): Query {
  const by = search.by ?? "city";
  const next: Record<string, string> = { city: "university", university: "mentor" };
  return { [by]: group.id, by: next[by] };
}

function Head({ board }: { board: Board }) {
  const { language } = useWords();
  const words = boardWords(language);
  const { sums } = board;
  return (
    <Card size="small">
      <strong>
        {fill(words.sums, { students: sums.students, behind: sums.behind, campus: sums.campus_met })}
      </strong>
      <div className="quiet">
        {fill(words.rule, {
          meetings: board.meetings_per_month,
          campus: board.campus_visits,
          days: board.review_days,
        })}{" "}
        · {fill(words.asOf, { at: dateTime(board.as_of, language) })}
      </div>
    </Card>
  );
}

function Choices({ search, turn }: { search: Query; turn: (next: Query) => void }) {
  const words = boardWords(useWords().language);
  const { role } = useKnownMe().membership;
  const over = ["mentor", "team_member", "guide_teacher"].includes(role);
  const options = (codes: Record<string, string>) =>
    Object.entries(codes).map(([value, label]) => ({ value, label }));
  return (
    <Flex wrap gap={8} align="center">
      {(over ? FILTERS.slice(2) : FILTERS).map((filter) => (
        <FilterField key={filter.name} filter={filter} search={search} turn={turn} />
      ))}
      {!over && (
        <Select
          allowClear
          aria-label={words.group}
          placeholder={words.group}
          value={search.by}
          options={options(words.by)}
          onChange={(by) => turn({ by })}
          style={{ minWidth: 130 }}
        />
      )}
      <Select
        aria-label={words.sort.need}
        value={search.sort ?? "need"}
        options={options(words.sort)}
        onChange={(sort) => turn({ sort })}
        style={{ minWidth: 130 }}
      />
      <Flex gap={6} align="center" component="label">
        <Switch
          aria-label={words.onlyBehind}
          checked={search.behind === "true"}
          onChange={(on) => turn({ behind: on ? "true" : undefined })}
        />
        {words.onlyBehind}
      </Flex>
    </Flex>
  );
}

function Student({ line }: { line: BoardLine }) {
  return (
    <div className="person">
      <Link to={`/enrolments/${line.enrolment_id}` as string}>{line.student_name}</Link>
      <div className="quiet">{line.school_name}</div>
    </div>
  );
}

function Heat({ board }: { board: Board }) {
  const words = boardWords(useWords().language);
  const { fields } = useWords();
  return (
    <WideTable<BoardLine>
      rowKey="enrolment_id"
      size="small"
      dataSource={board.items}
      pagination={false}
      columns={[
        { title: words.student, fixed: "left", render: (_, line) => <Student line={line} /> },
        {
          title: fields.mentor_name,
          render: (_, line) => (
            <div className="person">
              {line.mentor_name}
              <div className="quiet">{line.university_name}</div>
            </div>
          ),
        },
        ...board.months.map((month) => ({
          title: fill(words.month, { month: month.month }),
          align: "center" as const,
          render: (_: unknown, line: BoardLine) => <MonthCell line={line} month={month} />,
        })),
        { title: words.campus, align: "center", render: (_, line) => <Campus line={line} /> },
        { title: words.logs, render: (_, line) => <LogTags line={line} /> },
        { title: words.why, render: (_, line) => <Needs line={line} /> },
      ]}
    />
  );
}

function Cards({ board }: { board: Board }) {
  const words = boardWords(useWords().language);
  return (
    <List
      dataSource={board.items}
      renderItem={(line) => (
        <Card size="small" style={{ marginBottom: 8 }}>
          <Flex justify="space-between" gap={8}>
            <Student line={line} />
            <span>
              {words.campus} <Campus line={line} />
            </span>
          </Flex>
          <Flex gap={4} wrap style={{ margin: "8px 0" }}>
            {board.months.map((month) => (
              <span key={`${month.year}-${month.month}`} className="strip">
                <small className="quiet">{fill(words.month, { month: month.month })}</small>
                <MonthCell line={line} month={month} />
              </span>
            ))}
          </Flex>
          <LogTags line={line} />
          <Needs line={line} />
        </Card>
      )}
    />
  );
}
