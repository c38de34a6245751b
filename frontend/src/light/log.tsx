import { useEffect, useState } from "react";
import { api, asProblem, type LogRecord, ok } from "../api";
import { dateTime } from "../words/dates";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import { Link } from "./link";
import { Picture } from "./picture";

/** A log that was handed in, as its student sees it. */
export function Log({ id }: { id: string }) {
  const [log, setLog] = useState<LogRecord | null>(null);
  const [fault, setFault] = useState("");
  useEffect(() => {
    ok(api.growthLogsGet({ path: { log_id: id } })).then(setLog, (wrong) => {
      const problem = asProblem(wrong);
      setFault(problem.status === 0 ? words.offline : problem.message);
    });
  }, [id]);
  return (
    <>
      <Link to="logs">← {words.back}</Link>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      {!log && !fault && <p className="quiet">{words.loading}</p>}
      {log && <LogText log={log} />}
    </>
  );
}

export const FIELDS = ["reading", "discussed", "heard", "did", "learned", "hard", "next_steps"] as const;

/** What a log says, with its photos. */
export function LogText({ log }: { log: LogRecord }) {
  return (
    <>
      <h1>{log.session_title}</h1>
      <p className="quiet">
        {dateTime(log.held_at, language)}
        <br />
        {words.states[log.state]}
        {log.receipt_number && ` · ${fill(words.outbox.receipt, { receipt: log.receipt_number })}`}
        {log.late && ` · ${words.outbox.late}`}
      </p>
      {log.review && (
        <p className="said">
          {log.reviewed_by_name}：{log.review}
        </p>
      )}
      {FIELDS.filter((name) => log[name]).map((name) => (
        <section key={name}>
          <h2>{words.fields[name]}</h2>
          <p className="text">{log[name]}</p>
        </section>
      ))}
      {log.photos.map((one, i) => (
        <Picture key={one.id} id={one.id} path={`/growth-logs/${log.id}/photos/${one.id}`} n={i + 1} />
      ))}
    </>
  );
}
