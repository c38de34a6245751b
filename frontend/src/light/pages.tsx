import { useEffect, useState } from "react";
import { api, asProblem, keep, type MissingLog, ok } from "../api";
import { keptLanguage, wordsOf } from "../words";
import { dateTime } from "../words/dates";
import { WriteLog } from "./write-log";

const words = wordsOf(keptLanguage());

/** The phone pages of a student: which logs are to be written, and writing one. */
export function Pages() {
  const [state, setState] = useState<"loading" | "out" | "in" | "failed">("loading");
  const [said, setSaid] = useState("");
  const [missing, setMissing] = useState<MissingLog[]>([]);
  const [chosen, setChosen] = useState<MissingLog | null>(null);
  const load = async () => {
    try {
      const found = await ok(api.growthLogsMissing({ query: { size: 50 } }));
      setMissing(found.items);
      setState("in");
    } catch (wrong) {
      const problem = asProblem(wrong);
      setState(problem.status === 401 ? "out" : "failed");
      setSaid(problem.status === 0 ? words.ui.offline : problem.message);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, at the start
  useEffect(() => {
    void load();
  }, []);
  return (
    <>
      <header>
        <strong>{words.ui.app}</strong>
        <a href="/">{words.ui.desk}</a>
      </header>
      <main>
        {state === "loading" && <p>{words.ui.loading}</p>}
        {state === "failed" && (
          <>
            <p className="fault">{said}</p>
            <button type="button" className="main" onClick={() => void load()}>
              {words.ui.retry}
            </button>
          </>
        )}
        {state === "out" && <SignIn done={() => void load()} />}
        {state === "in" && chosen && (
          <WriteLog
            words={words}
            session={chosen}
            done={(message) => {
              setChosen(null);
              setSaid(message);
              void load();
            }}
            back={() => setChosen(null)}
          />
        )}
        {state === "in" && !chosen && (
          <>
            <h2>{words.enums.thing.missing_log}</h2>
            {said && <p className="said">{said}</p>}
            {missing.length === 0 && <p className="quiet">{words.ui.nothingWaiting}</p>}
            {missing.map((session) => (
              <button
                type="button"
                className="card"
                key={`${session.session_id} ${session.enrolment_id}`}
                onClick={() => setChosen(session)}
              >
                <strong>{session.session_title}</strong>
                <div className="quiet">{dateTime(session.held_at, words.language)}</div>
                <div className={session.overdue ? "overdue" : "quiet"}>
                  {words.ui.due} {dateTime(session.due_at, words.language)}{" "}
                  {session.overdue && `· ${words.ui.overdue}`}
                </div>
              </button>
            ))}
          </>
        )}
      </main>
    </>
  );
}

function SignIn({ done }: { done: () => void }) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState("");
  const signIn = async () => {
    try {
      keep(await ok(api.authSignIn({ body: { login, password } })));
      done();
    } catch (wrong) {
      const problem = asProblem(wrong);
      setFault(problem.status === 0 ? words.ui.offline : problem.message);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void signIn();
      }}
    >
      <h2>{words.ui.signIn}</h2>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <label htmlFor="login">{words.ui.login}</label>
      <input
        id="login"
        autoComplete="username"
        value={login}
        onInput={(event) => setLogin(event.currentTarget.value)}
      />
      <label htmlFor="password">{words.ui.password}</label>
      <input
        id="password"
        type="password"
        autoComplete="current-password"
        value={password}
        onInput={(event) => setPassword(event.currentTarget.value)}
      />
      <button type="submit" className="main" disabled={!login || !password}>
        {words.ui.signIn}
      </button>
    </form>
  );
}
