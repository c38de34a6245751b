import { useCallback, useEffect, useState } from "react";
import { api, asProblem, type ConsentGiven, type ConsentLine, type ConsentLines, ok } from "../api";
import { dateTime } from "../words/dates";
import { language, words } from "../words/light";

/** What a guardian is asked about camps and visits: the text, and two buttons; withdrawn until it starts. */
export function Consents() {
  const [asked, setAsked] = useState<ConsentLines | null>(null);
  const [fault, setFault] = useState("");
  const load = useCallback(async () => {
    try {
      setAsked(await ok(api.participationsConsents()));
      setFault("");
    } catch (wrong) {
      setFault(asProblem(wrong).unanswered ? words.offline : asProblem(wrong).message);
    }
  }, []);
  useEffect(() => {
    void load();
  }, [load]);
  if (!asked) return fault ? <p className="fault">{fault}</p> : null;
  if (asked.items.length === 0) return null;
  return (
    <>
      <h2>{words.consents.title}</h2>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      {asked.items.map((one) => (
        <Line key={one.id} one={one} text={language === "en" ? asked.text_en : asked.text_zh} done={load} />
      ))}
    </>
  );
}

function Line({ one, text, done }: { one: ConsentLine; text: string; done: () => Promise<void> }) {
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const say = async (decision: ConsentGiven["decision"]) => {
    setBusy(true);
    setFault("");
    try {
      await ok(
        api.participationsConsent({
          path: { participation_id: one.id },
          body: { version: one.version, decision },
        }),
      );
      await done();
    } catch (wrong) {
      const problem = asProblem(wrong);
      setFault(problem.unanswered ? words.offline : problem.detail || problem.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="card">
      <strong>{one.activity_title}</strong>
      <small>
        {one.student_name} · {one.organiser_name}
      </small>
      <small>
        {dateTime(one.starts_at, language)} – {dateTime(one.ends_at, language)} · {one.place}
      </small>
      {one.cost && <small>{one.cost}</small>}
      {one.description && <p>{one.description}</p>}
      {one.consent && <span className="tag">{words.consents.states[one.consent]}</span>}
      {one.open && <p className="quiet">{text}</p>}
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      {one.open && (
        <div className="acts">
          {one.consent === "given" ? (
            <button type="button" disabled={busy} onClick={() => void say("withdrawn")}>
              {words.consents.withdraw}
            </button>
          ) : (
            <>
              <button type="button" className="main" disabled={busy} onClick={() => void say("given")}>
                {words.consents.give}
              </button>
              {one.consent !== "refused" && (
                <button type="button" disabled={busy} onClick={() => void say("refused")}>
                  {words.consents.refuse}
                </button>
              )}
            </>
          )}
        </div>
      )}
    </div>
  );
}
