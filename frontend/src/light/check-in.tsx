import { useCallback, useEffect, useState } from "react";
import { api, asProblem, type DoorPassed, ok } from "../api";
import { dateTime } from "../words/dates";
import { language, words } from "../words/light";
import { Link } from "./link";
import type { Notebook } from "./notebook";
import { atOnce } from "./sync";

/** At the door: the QR leads here. A camera that was too slow is no matter: the six digits are typed. */
export function CheckIn({ book, code }: { book: Notebook; code: string }) {
  const [id = "", given = ""] = code.split("~");
  const [came, setCame] = useState<DoorPassed | null>(null);
  const [fault, setFault] = useState("");
  const [digits, setDigits] = useState("");
  const [busy, setBusy] = useState(false);
  const enter = useCallback(
    async (one: string) => {
      setBusy(true);
      setFault("");
      try {
        setCame(await ok(api.appointmentsCheckIn({ path: { appointment_id: id }, body: { code: one } })));
        void atOnce();
      } catch (wrong) {
        const problem = asProblem(wrong);
        setFault(
          problem.unanswered
            ? words.checkIn.away
            : [problem.message, problem.detail].filter(Boolean).join("\u3000"),
        );
      } finally {
        setBusy(false);
      }
    },
    [id],
  );
  useEffect(() => {
    if (given && book.account.writes) void enter(given);
  }, [given, enter, book.account.writes]);
  if (!book.account.writes) return <p>{words.checkIn.notStudent}</p>;
  if (came)
    return (
      <div className="came" role="status">
        <p className="big">✓</p>
        <h1>{came.again ? words.checkIn.again : words.checkIn.done}</h1>
        <p>{came.title}</p>
        <p className="quiet">{dateTime(came.at, language)}</p>
        <Link to="" className="button">
          {words.back}
        </Link>
      </div>
    );
  return (
    <>
      <h1>{words.checkIn.title}</h1>
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <label htmlFor="digits">{words.checkIn.digits}</label>
      <input
        id="digits"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        value={digits}
        onInput={(event) => setDigits(event.currentTarget.value)}
      />
      <div className="acts">
        <button
          type="button"
          className="main"
          disabled={busy || digits.length !== 6}
          onClick={() => void enter(digits)}
        >
          {words.checkIn.enter}
        </button>
      </div>
    </>
  );
}
