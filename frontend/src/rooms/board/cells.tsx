import { Flex, Tag } from "antd";
import type { BoardLine } from "../../api";
import { useWords } from "../../shared/context";
import { fill } from "../../words";
import { boardWords } from "../../words/board";
import { date } from "../../words/dates";

export type Month = { year: number; month: number };

/** One month of one student: the count, coloured, and in words for who does not see the colour. */
export function MonthCell({ line, month }: { line: BoardLine; month: Month }) {
  const words = boardWords(useWords().language);
  const one = line.months.find((m) => m.year === month.year && m.month === month.month);
  if (!one) return <span className="quiet">—</span>;
  const said = fill(words.cell, {
    year: one.year,
    month: one.month,
    count: one.face_to_face,
    remote: one.remote,
    state: words.states[one.state],
  });
  return (
    <span className={`heat ${one.state}`} title={said}>
      <span aria-hidden>
        {one.face_to_face}
        {one.remote > 0 && <small>+{one.remote}</small>}
      </span>
      <span className="heard">{said}</span>
    </span>
  );
}

export function Campus({ line }: { line: BoardLine }) {
  return (
    <span className={`heat ${line.campus_state}`}>
      {line.campus_visits}/{line.campus_needed}
    </span>
  );
}

/** The logs that are not done with; all in order is one quiet line. */
export function LogTags({ line }: { line: BoardLine }) {
  const { log } = boardWords(useWords().language);
  return (
    <Flex gap={4} wrap>
      {line.missing > 0 && <Tag color="red">{fill(log.missing, { count: line.missing })}</Tag>}
      {line.returned > 0 && <Tag color="orange">{fill(log.returned, { count: line.returned })}</Tag>}
      {line.unreviewed > 0 && <Tag color="orange">{fill(log.unreviewed, { count: line.unreviewed })}</Tag>}
      <span className="quiet">{fill(log.accepted, { count: line.accepted })}</span>
    </Flex>
  );
}

/** Why somebody needs help, with whom it lies and since when. */
export function Needs({ line }: { line: BoardLine }) {
  const { language } = useWords();
  const words = boardWords(language);
  return (
    <ul className="reasons">
      {line.needs.map((need) => (
        <li key={need.what}>
          {fill(words.needSince, {
            what: fill(words.need[need.what], { count: need.count }),
            who: words.lies[need.lies_with],
            since: date(need.since, language),
          })}
        </li>
      ))}
    </ul>
  );
}
