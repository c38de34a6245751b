import { useEffect, useRef, useState } from "react";
import { ApiProblem, api, asProblem, Intention, ok, type Phone } from "../api";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import type { Notebook } from "./notebook";
import { go } from "./route";
import { atOnce } from "./sync";

type Mode = "face_to_face" | "remote" | "absent";
const MODES: Mode[] = ["face_to_face", "remote", "absent"];
const LENGTHS = [45, 60, 90, 120];

/** What is on the form; kept on the phone until the server has it. */
interface Sheet {
  modes: { [enrolment: string]: Mode };
  on_campus: boolean;
  title: string;
  activity: string;
  minutes: number;
  notes: string;
}

/** What the form is about: a planned meeting, one that was held and is corrected, or one that just took place. */
interface About {
  kind: "planned" | "held" | "now";
  id: string;
  version: number;
  /** By the server's clock. */
  opened: number;
  names: { id: string; name: string }[];
  sheet: Sheet;
}

const keptAs = (id: string) => `miaopu.m.record.${id}`;

function kept(id: string): Sheet | null {
  try {
    return JSON.parse(localStorage.getItem(keptAs(id)) ?? "null") as Sheet | null;
  } catch {
    return null;
  }
}

/** As it stands at the door by now; without a network, as the phone last saw it. */
async function planned(phone: Phone, id: string): Promise<About> {
  const kept = phone.coming.find((meeting) => meeting.id === id);
  const one = await ok(api.appointmentsGet({ path: { appointment_id: id } })).catch((wrong) => {
    if (kept && asProblem(wrong).unanswered) return kept;
    throw wrong;
  });
  if (one.state !== "planned") throw new ApiProblem({ title: words.record.gone }, 409);
  // Where anybody used the door, who did not is absent; where nobody did, everybody is taken to have come.
  const door = one.guests.some((guest) => guest.checked_in_at);
  const modes = one.guests.map(
    (guest) => [guest.enrolment_id, door && !guest.checked_in_at ? "absent" : "face_to_face"] as const,
  );
  return {
    kind: "planned",
    id,
    version: one.version,
    opened: 0,
    names: one.guests.map((guest) => ({ id: guest.enrolment_id, name: guest.student_name })),
    sheet: {
      modes: Object.fromEntries(modes),
      on_campus: one.on_campus,
      title: one.title,
      activity: "",
      minutes: one.minutes,
      notes: "",
    },
  };
}

function justNow(phone: Phone, shift: number): About {
  const students = phone.students.filter((one) => one.through && one.state === "active");
  return {
    kind: "now",
    id: "now",
    version: 0,
    opened: Date.now() + shift,
    names: students.map((one) => ({ id: one.enrolment_id, name: one.student_name })),
    sheet: {
      modes: Object.fromEntries(students.map((one) => [one.enrolment_id, "absent" as const])),
      on_campus: true,
      title: "",
      activity: phone.activities[0]?.code ?? "",
      minutes: LENGTHS[1],
      notes: "",
    },
  };
}

async function held(id: string): Promise<About> {
  const one = await ok(api.sessionsGet({ path: { session_id: id } }));
  return {
    kind: "held",
    id,
    version: one.version,
    opened: 0,
    names: one.attendance.map((line) => ({ id: line.enrolment_id, name: line.student_name })),
    sheet: {
      modes: Object.fromEntries(one.attendance.map((line) => [line.enrolment_id, line.mode])),
      on_campus: one.on_campus,
      title: one.title,
      activity: one.activity,
      minutes: one.minutes,
      notes: one.notes,
    },
  };
}

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
  return <Form about={about} phone={phone} />;
}

function Form({ about, phone }: { about: About; phone: Phone | null }) {
  const [sheet, setSheet] = useState<Sheet>(() => ({ ...about.sheet, ...kept(about.id) }));
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const intention = useRef(new Intention());
  const change = (part: Partial<Sheet>) => {
    const next = { ...sheet, ...part };
    setSheet(next);
    localStorage.setItem(keptAs(about.id), JSON.stringify(next));
  };
  const save = async () => {
    setBusy(true);
    setFault("");
    try {
      await send(about, sheet, phone, intention.current);
      localStorage.removeItem(keptAs(about.id));
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

async function send(about: About, sheet: Sheet, phone: Phone | null, intention: Intention): Promise<void> {
  const everybody = about.names.map(({ id }) => ({ enrolment_id: id, mode: sheet.modes[id] ?? "absent" }));
  const { on_campus, notes } = sheet;
  if (about.kind === "planned") {
    const body = { version: about.version, on_campus, notes, attendance: everybody };
    const path = { appointment_id: about.id };
    await ok(api.appointmentsHold({ path, body, headers: intention.headers(body) }));
  } else if (about.kind === "held") {
    const body = { version: about.version, title: sheet.title, on_campus, notes, attendance: everybody };
    await ok(api.sessionsUpdate({ path: { session_id: about.id }, body }));
  } else {
    // Whom one did not meet just now is not absent: nothing was planned with them.
    const attendance = everybody.filter(({ mode }) => mode !== "absent");
    const first = phone?.students.find((one) => one.enrolment_id === attendance[0]?.enrolment_id);
    const { title, activity, minutes } = sheet;
    // It ended when the form was opened: the same wish stays the same however often it is sent.
    const starts_at = new Date(about.opened - minutes * 60_000).toISOString();
    const mentor_id = first?.through ?? "";
    const body = { mentor_id, starts_at, minutes, activity, title, on_campus, notes, attendance };
    await ok(api.sessionsCreate({ body, headers: intention.headers(body) }));
  }
}
