import type { DueLog, OwnLog } from "../api";
import { dateTime, daysUntil } from "../words/dates";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import { AskedAgain } from "./again";
import { Asked } from "./asked";
import type { Entry } from "./entry";
import { Link } from "./link";
import { Coming } from "./meetings";
import type { Notebook } from "./notebook";
import { logPath, writePath } from "./route";

// What a mentor said further back is on the page of its log.
const SAID = 3;

/** A student's phone home: what is due, what came back, what the mentor said, how far the year has come. */
export function Home({ book }: { book: Notebook }) {
  const { mine, entries, progress } = book;
  const now = new Date(Date.now() + book.shift);
  if (!mine) return <p className="quiet">{words.home.nothingYet}</p>;
  const waiting = [...entries.values()].filter((entry) => entry.state === "waiting");
  const gone = new Set(
    [...entries.values()].filter((one) => one.state !== "draft").map((one) => one.session),
  );
  const due = mine.due.filter((line) => !gone.has(line.session_id));
  const returned = mine.logs.filter((log) => log.state === "returned" && !gone.has(log.session_id));
  const said = mine.logs.filter((log) => log.state !== "returned" && log.review).slice(0, SAID);
  return (
    <>
      <h1>{words.logs}</h1>
      {book.account.agrees && <AskedAgain />}
      {book.account.says && <Asked />}
      {waiting.length > 0 && (
        <Link to="logs" className="said card">
          {fill(words.home.outbox, { count: waiting.length })}
        </Link>
      )}
      {returned.length > 0 && <h2>{words.home.returned}</h2>}
      {returned.map((log) => (
        <Returned key={log.id} log={log} entry={entries.get(log.session_id)} />
      ))}
      <h2>{words.home.due}</h2>
      {due.length === 0 && <p className="quiet">{words.home.none}</p>}
      {due.map((line) => (
        <Due key={line.session_id} now={now} line={line} entry={entries.get(line.session_id)} />
      ))}
      {progress && (
        <>
          <h2>
            {words.home.campus}{" "}
            <small>
              {fill(words.home.campusCount, {
                count: progress.campus_visits,
                needed: progress.campus_needed,
              })}
            </small>
          </h2>
          <progress
            max={progress.campus_needed}
            value={Math.min(progress.campus_visits, progress.campus_needed)}
            aria-label={words.home.campus}
          />
        </>
      )}
      <Coming book={book} />
      {mine.meeting && (
        <>
          <h2>{words.home.meeting}</h2>
          <p>
            {dateTime(mine.meeting.starts_at, language)} · {mine.meeting.address}
          </p>
        </>
      )}
      {book.phone?.students[0] && (
        <p>
          <a href={`/student-files/${book.phone.students[0].enrolment_id}`}>{words.home.file}</a>
        </p>
      )}
      {book.account.receipts && (
        <p>
          <Link to="receipts">{words.receipts}</Link>
        </p>
      )}
      <p>
        <a href="/after">{words.home.after}</a>
      </p>
      {said.length > 0 && <h2>{words.home.said}</h2>}
      {said.map((log) => (
        <Link key={log.id} to={logPath(log.id)} className="card">
          <q>{log.review}</q>
          <small>
            {log.reviewed_by_name} · {log.session_title}
          </small>
        </Link>
      ))}
    </>
  );
}

function Due({ now, line, entry }: { now: Date; line: DueLog; entry: Entry | undefined }) {
  // Due at the midnight that ends the last day.
  const days = daysUntil(line.due_at, now) - 1;
  const over = Date.parse(line.due_at) <= now.getTime();
  const begun = entry ? entry.dirty || entry.version > 0 : line.draft !== null;
  return (
    <Link to={writePath(line.session_id)} className="card">
      <strong>{line.session_title}</strong>
      <small>{fill(words.home.held, { at: dateTime(line.held_at, language) })}</small>
      <small className={over ? "overdue" : undefined}>
        {over ? words.home.overdue : days > 0 ? fill(words.home.left, { days }) : words.home.today}
        {begun && <span className="tag">{words.states.draft}</span>}
        {entry?.theirs && <span className="tag warn">{words.outbox.conflict}</span>}
      </small>
    </Link>
  );
}

function Returned({ log, entry }: { log: OwnLog; entry: Entry | undefined }) {
  return (
    <Link to={writePath(log.session_id)} className="card">
      <strong>{log.session_title}</strong>
      <q>{log.review}</q>
      <small>
        {log.reviewed_by_name}
        {entry?.dirty && <span className="tag">{words.states.draft}</span>}
      </small>
    </Link>
  );
}
