import { useEffect, useRef, useState } from "react";
import { asProblem, Intention, type Phone } from "../api";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import type { Notebook } from "./notebook";
import {
  type About,
  held,
  justNow,
  kept,
  keptAs,
  LENGTHS,
  MODES,
  planned,
  type Sheet,
  send,
} from "./record-about";
import { go } from "./route";
import { atOnce } from "./sync";

/** Who came, how, where, one line: a meeting is recorded before one has left the room. */
export function Record({ book, id }: { book: Notebook; id: string }) {
  const { phone, shift } = book;
  const [about, setAbout] = useState<About | null>(null);
  const [fault, setFault] = useState("");
  const [session, correcting] = id.split("~");
  useEffect(() => {
    if (about) return;
    const asked = correcting ? held(session) : phone && id !== "now" ? planned(phone, id) : null;
    if (asked)
      asked.then(setAbout, (wrong) =>
        setFault(asProblem(wrong).unanswered ? words.offline : asProblem(wrong).message),
      );
    else if (phone) setAbout(justNow(phone, shift));
  }, [about, correcting, session, phone, shift, id]);
  if (fault) return <p className="fault">{fault}</p>;
  if (!about) return <p className="quiet">{words.loading}</p>;
  return <Form about={about} phone={phone} author={book.account.id} />;
}

function Form({ about, phone, author }: { about: About; phone: Phone | null; author: string }) {
  const key = keptAs(author, about.id);
  const [sheet, setSheet] = useState<Sheet>(() => ({ ...about.sheet, ...kept(key) }));
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const intention = useRef(new Intention());
  const change = (part: Partial<Sheet>) => {
    const next = { ...sheet, ...part };
    setSheet(next);
    localStorage.setItem(key, JSON.stringify(next));
  };
  const save = async () => {
    setBusy(true);
    setFault("");
    try {
      await send(about, sheet, phone, intention.current);
      localStorage.removeItem(key);
      go("", true);
      void atOnce();
    } catch (wrong) {
      const problem = asProblem(wrong);
      if (!problem.unanswered) intention.current.settled();
      setFault(
        problem.unanswered
          ? words.record.away
          : problem.errors[0]?.message || problem.detail || problem.message,
      );
      setBusy(false);
    }
  };
  const came = Object.values(sheet.modes).filter((mode) => mode !== "absent").length;
  return (
    <>
      <h1>{about.kind === "held" ? words.record.correct : words.record.title}</h1>
      {about.kind !== "planned" && (
        <>
          <label htmlFor="title">{words.record.what}</label>
          <input
            id="title"
            maxLength={200}
            value={sheet.title}
            onInput={(event) => change({ title: event.currentTarget.value })}
          />
        </>
      )}
      {about.kind === "planned" && <p>{sheet.title}</p>}
      {about.kind === "now" && phone && (
        <div className="chips" role="group" aria-label={words.record.activity}>
          {phone.activities.map((one) => (
            <Chip
              key={one.code}
              on={sheet.activity === one.code}
              press={() => change({ activity: one.code })}
            >
              {language === "en" ? one.en : one.zh}
            </Chip>
          ))}
        </div>
      )}
      {about.names.map(({ id, name }) => (
        <div key={id} className="line" role="group" aria-label={name}>
          <strong>{name}</strong>
          <div className="chips">
            {MODES.map((mode) => (
              <Chip
                key={mode}
                on={sheet.modes[id] === mode}
                press={() => change({ modes: { ...sheet.modes, [id]: mode } })}
              >
                {words.record.modes[mode]}
              </Chip>
            ))}
          </div>
        </div>
      ))}
      <div className="chips" role="group" aria-label={words.record.where}>
        <Chip on={sheet.on_campus} press={() => change({ on_campus: true })}>
          {words.meetings.campus}
        </Chip>
        <Chip on={!sheet.on_campus} press={() => change({ on_campus: false })}>
          {words.meetings.off}
        </Chip>
      </div>
      {about.kind === "now" && (
        <div className="chips" role="group" aria-label={words.record.length}>
          {LENGTHS.map((minutes) => (
            <Chip key={minutes} on={sheet.minutes === minutes} press={() => change({ minutes })}>
              {fill(words.meetings.minutes, { count: minutes })}
            </Chip>
          ))}
        </div>
      )}
      <label htmlFor="notes">{words.record.line}</label>
      <input
        id="notes"
        maxLength={4000}
        value={sheet.notes}
        onInput={(event) => change({ notes: event.currentTarget.value })}
      />
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <div className="acts">
        <button
          type="button"
          className="main"
          disabled={busy || !sheet.title.trim() || (about.kind === "now" && came === 0)}
          onClick={() => void save()}
        >
          {fill(words.record.save, { count: came })}
        </button>
      </div>
    </>
  );
}

function Chip({ on, press, children }: { on: boolean; press: () => void; children: string }) {
  return (
    <button type="button" aria-pressed={on} className={on ? "chip on" : "chip"} onClick={press}>
      {children}
    </button>
  );
}
