import type { OwnLog } from "../api";
import { dateTime } from "../words/dates";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import { type Entry, takenBack } from "./entry";
import { Link } from "./link";
import { type Notebook, update } from "./notebook";
import { go, logPath, writePath } from "./route";
import { useSync } from "./sync";

/** The outbox and everything that left it, each with its state. */
export function Logs({ book }: { book: Notebook }) {
  const entries = [...book.entries.values()].sort((one, other) => other.changed_at - one.changed_at);
  const waiting = entries.filter((entry) => entry.state === "waiting");
  const sent = entries.filter((entry) => entry.state === "sent");
  const drafts = entries.filter((entry) => entry.state === "draft");
  const here = new Set(entries.map((entry) => entry.session));
  // What another device began is a draft here, too.
  const begun = (book.mine?.due ?? []).filter((line) => line.draft && !here.has(line.session_id));
  const shown = new Set([...waiting, ...sent].map((entry) => entry.session));
  const logs = (book.mine?.logs ?? [])
    .filter((log) => !shown.has(log.session_id))
    .sort((one, other) => other.submitted_at.localeCompare(one.submitted_at));
  const none = entries.length + begun.length + logs.length === 0;
  return (
    <>
      <h1>{words.logs}</h1>
      {none && <p className="quiet">{words.outbox.empty}</p>}
      {waiting.length > 0 && <h2>{words.outbox.waiting}</h2>}
      {waiting.map((entry) => (
        <Waiting key={entry.session} entry={entry} shift={book.shift} />
      ))}
      {drafts.length + begun.length > 0 && <h2>{words.outbox.drafts}</h2>}
      {drafts.map((entry) => (
        <Draft key={entry.session} entry={entry} />
      ))}
      {begun.map((line) => (
        <Link key={line.session_id} to={writePath(line.session_id)} className="card">
          <strong>{line.session_title}</strong>
          <small>
            <span className="tag">{words.states.draft}</span> {words.outbox.synced}
          </small>
        </Link>
      ))}
      {sent.length + logs.length > 0 && <h2>{words.outbox.sent}</h2>}
      {sent.map((entry) => (
        <Sent key={entry.session} entry={entry} />
      ))}
      {logs.map((log) => (
        <Handed key={log.id} log={log} />
      ))}
    </>
  );
}

function Waiting({ entry, shift }: { entry: Entry; shift: number }) {
  const { sending } = useSync();
  const busy = sending === entry.session;
  const at = dateTime(new Date(entry.queued_at + shift).toISOString(), language);
  return (
    <section className="card">
      <strong>{entry.about.session_title}</strong>
      <small role="status">
        <span className="tag warn">{words.states.waiting}</span>{" "}
        {busy ? words.outbox.sending : fill(words.outbox.queuedAt, { at })}
      </small>
      {!busy && (
        <button
          type="button"
          onClick={() => {
            update(entry.session, takenBack);
            go(writePath(entry.session));
          }}
        >
          {words.outbox.back}
        </button>
      )}
    </section>
  );
}

function Draft({ entry }: { entry: Entry }) {
  const trouble =
    (entry.theirs && words.outbox.conflict) ||
    (entry.elsewhere !== null && words.elsewhere.title) ||
    (entry.said && fill(words.outbox.refused, { said: entry.said }));
  return (
    <Link to={writePath(entry.session)} className="card">
      <strong>{entry.about.session_title}</strong>
      {trouble && <small className="fault">{trouble}</small>}
      <small>
        <span className="tag">{words.states.draft}</span>{" "}
        {entry.dirty ? words.outbox.onPhone : words.outbox.synced}
      </small>
    </Link>
  );
}

function Sent({ entry }: { entry: Entry }) {
  const { receipt } = entry;
  return (
    <section className="card">
      <strong>{entry.about.session_title}</strong>
      <small role="status">
        <span className="tag good">{words.states.sent}</span>{" "}
        {receipt && fill(words.outbox.receipt, { receipt: receipt.receipt_number })}{" "}
        {receipt?.submitted_at && fill(words.outbox.sentAt, { at: dateTime(receipt.submitted_at, language) })}
      </small>
    </section>
  );
}

const TONES = { draft: "tag", submitted: "tag", returned: "tag warn", accepted: "tag good" };

function Handed({ log }: { log: OwnLog }) {
  const to = log.state === "returned" ? writePath(log.session_id) : logPath(log.id);
  return (
    <Link to={to} className="card">
      <strong>{log.session_title}</strong>
      <small>
        <span className={TONES[log.state]}>{words.states[log.state]}</span>{" "}
        {log.receipt_number && fill(words.outbox.receipt, { receipt: log.receipt_number })}
        {log.late && ` · ${words.outbox.late}`}
      </small>
      <small>{fill(words.outbox.sentAt, { at: dateTime(log.submitted_at, language) })}</small>
      {log.review && <q>{log.review}</q>}
    </Link>
  );
}
