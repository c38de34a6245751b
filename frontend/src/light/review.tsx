import { useCallback, useEffect, useRef, useState } from "react";
import { api, asProblem, Intention, type LogRecord, ok } from "../api";
import { words } from "../words/light";
import { fill } from "../words/say";
import { LogText } from "./log";

/** A mentor's logs one after another: accept, or return with a word; the next one comes by itself. */
export function Review() {
  const [queue, setQueue] = useState<string[] | null>(null);
  const [log, setLog] = useState<LogRecord | null>(null);
  const [said, setSaid] = useState("");
  const [fault, setFault] = useState("");
  const next = queue?.[0];
  const troubled = useCallback((wrong: unknown) => {
    const problem = asProblem(wrong);
    setFault(problem.status === 0 ? words.offline : problem.detail || problem.message);
  }, []);
  const load = useCallback(async () => {
    setFault("");
    try {
      const found = await ok(api.growthLogsList({ query: { state: "submitted", size: 100 } }));
      // Who waits longest is read first.
      setQueue(found.items.reverse().map((item) => item.id));
    } catch (wrong) {
      troubled(wrong);
    }
  }, [troubled]);
  useEffect(() => {
    void load();
  }, [load]);
  useEffect(() => {
    let over = false;
    setLog(null);
    if (next)
      ok(api.growthLogsGet({ path: { log_id: next } })).then((found) => over || setLog(found), troubled);
    return () => {
      over = true;
    };
  }, [next, troubled]);
  const done = (message: string) => {
    setSaid(message);
    setQueue((before) => before?.slice(1) ?? null);
    scrollTo(0, 0);
  };
  return (
    <>
      <h1>
        {words.review.title}{" "}
        {queue && queue.length > 0 && <small>{fill(words.review.left, { count: queue.length })}</small>}
      </h1>
      {said && (
        <p className="said" role="status">
          {said}
        </p>
      )}
      {fault && (
        <p className="fault" role="alert">
          {fault}{" "}
          <button type="button" onClick={() => void load()}>
            {words.retry}
          </button>
        </p>
      )}
      {queue?.length === 0 && <p className="quiet">{words.review.none}</p>}
      {!fault && (queue === null || (next && !log)) && <p className="quiet">{words.loading}</p>}
      {log && log.id === next && (
        <Decide
          key={log.id}
          log={log}
          done={done}
          skip={() => setQueue((before) => before && [...before.slice(1), before[0]])}
        />
      )}
    </>
  );
}

function Decide({ log, done, skip }: { log: LogRecord; done: (message: string) => void; skip: () => void }) {
  const [word, setWord] = useState("");
  const [returns, setReturns] = useState(false);
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const intention = useRef(new Intention());
  const act = async (action: "accept" | "return_for_changes") => {
    const body = { version: log.version, reason: word.trim() || null };
    setBusy(true);
    try {
      const path = { log_id: log.id, action };
      await ok(api.growthLogsAct({ path, body, headers: intention.current.headers({ action, body }) }));
      const text = action === "accept" ? words.review.done : words.review.doneBack;
      done(fill(text, { name: `${log.student_name} · ${log.session_title}` }));
    } catch (wrong) {
      const problem = asProblem(wrong);
      if (!problem.unanswered) intention.current.settled();
      setFault(problem.unanswered ? words.offline : problem.detail || problem.message);
      setBusy(false);
    }
  };
  const may = (action: string) => log.actions.some((offer) => offer.action === action && offer.available);
  return (
    <article>
      <p>
        <strong>{log.student_name}</strong>
      </p>
      <LogText log={log} />
      <label htmlFor="word">{words.review.word}</label>
      <textarea
        id="word"
        rows={2}
        maxLength={2000}
        value={word}
        onInput={(event) => setWord(event.currentTarget.value)}
      />
      {returns && !word.trim() && (
        <p className="fault" role="alert">
          {words.review.wordHint}
        </p>
      )}
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <div className="acts">
        {may("accept") && (
          <button type="button" className="main" disabled={busy} onClick={() => void act("accept")}>
            {words.review.accept}
          </button>
        )}
        {may("return_for_changes") && (
          <button
            type="button"
            disabled={busy}
            onClick={() => {
              setReturns(true);
              if (word.trim()) void act("return_for_changes");
              else document.getElementById("word")?.focus();
            }}
          >
            {words.review.giveBack}
          </button>
        )}
        <button type="button" disabled={busy} onClick={skip}>
          {words.review.skip}
        </button>
      </div>
    </article>
  );
}
