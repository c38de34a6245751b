import { useEffect, useRef, useState } from "react";
import { api, asProblem, byField, Intention, type MissingLog, ok } from "../api";
import type { Words } from "../words";
import { dateTime } from "../words/dates";
import { type Draft, dropDraft, EMPTY, keepDraft, keptDraft } from "./drafts";

const FIELDS = ["did", "learned", "next_steps"] as const;

/** One log: kept on the phone while one types, sent with one key however often the button is pressed. */
export function WriteLog({
  words,
  session,
  done,
  back,
}: {
  words: Words;
  session: MissingLog;
  done: (message: string) => void;
  back: () => void;
}) {
  const { ui, fields } = words;
  const [draft, setDraft] = useState<Draft>(() => keptDraft(session.session_id) ?? EMPTY);
  const [faults, setFaults] = useState<Record<string, string[]>>({});
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const intention = useRef(new Intention());
  useEffect(() => {
    if (draft !== EMPTY) keepDraft(session.session_id, draft);
  }, [draft, session.session_id]);
  const send = async () => {
    const body = { session_id: session.session_id, ...draft, submit: true };
    setBusy(true);
    setFaults({});
    try {
      await ok(api.growthLogsCreate({ body, headers: intention.current.headers(body) }));
      intention.current.settled();
      dropDraft(session.session_id);
      done(ui.logWritten);
    } catch (wrong) {
      const problem = asProblem(wrong);
      if (problem.unanswered) {
        setSaid(ui.sentLater);
      } else {
        intention.current.settled();
        const found = byField(problem, FIELDS);
        setFaults(found.found);
        setSaid(found.rest[0]?.message ?? problem.message);
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p>
        <button type="button" className="card" onClick={back}>
          ← {ui.back}
        </button>
      </p>
      <h2>{session.session_title}</h2>
      <div className="quiet">{dateTime(session.held_at, words.language)}</div>
      {FIELDS.map((name) => (
        <div key={name}>
          <label htmlFor={name}>{fields[name]}</label>
          <textarea
            id={name}
            maxLength={4000}
            value={draft[name]}
            onInput={(event) => {
              const value = event.currentTarget.value;
              setDraft((before) => ({ ...before, [name]: value }));
            }}
          />
          {faults[name]?.map((fault) => (
            <div className="fault" role="alert" key={fault}>
              {fault}
            </div>
          ))}
        </div>
      ))}
      {said && (
        <p className="fault" role="alert">
          {said}
        </p>
      )}
      <div className="quiet">{ui.draftKept}</div>
      <button type="submit" className="main" disabled={busy}>
        {ui.submit}
      </button>
    </form>
  );
}
