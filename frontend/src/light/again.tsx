import { useCallback, useEffect, useState } from "react";
import { api, asProblem, type ConsentAgain, type ConsentAgreed, ok, type TextShown } from "../api";
import { againWords } from "../words/again";
import { language, words } from "../words/light";
import { fill } from "../words/say";

/** A consent whose text has changed since it was given: what is new, the text, and two buttons. */
export function AskedAgain() {
  const [items, setItems] = useState<ConsentAgain[]>([]);
  const load = useCallback(async () => {
    try {
      setItems((await ok(api.consentsAsked())).items);
    } catch {
      // Without a network, or for somebody who is asked nothing: the page goes on without it.
    }
  }, []);
  useEffect(() => {
    void load();
  }, [load]);
  return items.map((one) => <Line key={one.registration_id} one={one} done={load} />);
}

function read(text: TextShown): string {
  return language === "en" ? text.en : text.zh;
}

function Line({ one, done }: { one: ConsentAgain; done: () => Promise<void> }) {
  const said = againWords(language);
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const say = async (decision: ConsentAgreed["decision"]) => {
    setBusy(true);
    setFault("");
    try {
      await ok(
        api.consentsSay({
          path: { registration_id: one.registration_id },
          body: { digest: one.digest, decision },
        }),
      );
    } catch (wrong) {
      const problem = asProblem(wrong);
      setFault(problem.unanswered ? words.offline : problem.detail || problem.message);
    } finally {
      setBusy(false);
      await done();
    }
  };
  return (
    <div className="card">
      <strong>{said.title}</strong>
      <small>{fill(said.of, { student: one.student, number: one.number })}</small>
      {one.changes && (
        <p>
          <strong>{said.changes}</strong>
          <br />
          {read(one.changes)}
        </p>
      )}
      <p className="quiet">{fill(said.now, { version: one.version })}</p>
      <p>{read(one.text)}</p>
      {one.before && (
        <details>
          <summary>{fill(said.before, { version: one.before_version })}</summary>
          {read(one.before)}
        </details>
      )}
      <small>{one.said === "refused" ? said.refused : said.free}</small>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <div className="acts">
        <button type="button" className="main" disabled={busy} onClick={() => void say("given")}>
          {said.give}
        </button>
        {one.said === null && (
          <button type="button" disabled={busy} onClick={() => void say("refused")}>
            {said.refuse}
          </button>
        )}
      </div>
    </div>
  );
}
