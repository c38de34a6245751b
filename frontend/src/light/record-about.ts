import { ApiProblem, api, asProblem, type Intention, ok, type Phone } from "../api";
import { draftKey } from "../shared/drafts";
import { words } from "../words/light";

export type Mode = "face_to_face" | "remote" | "absent";
export const MODES: Mode[] = ["face_to_face", "remote", "absent"];
export const LENGTHS = [45, 60, 90, 120];

/** What is on the form; kept on the phone until the server has it. */
export interface Sheet {
  modes: { [enrolment: string]: Mode };
  on_campus: boolean;
  title: string;
  activity: string;
  minutes: number;
  notes: string;
}

/** What the form is about: a planned meeting, one that was held and is corrected, or one that just took place. */
export interface About {
  kind: "planned" | "held" | "now";
  id: string;
  version: number;
  /** By the server's clock. */
  opened: number;
  names: { id: string; name: string }[];
  sheet: Sheet;
}

/** Where an unfinished record is kept: under its author, so that nobody else on this phone comes upon it. */
export const keptAs = (account: string, id: string) => draftKey("m.record", account, id);

export function kept(key: string): Sheet | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Sheet | null;
  } catch {
    return null;
  }
}

/** As it stands at the door by now; without a network, as the phone last saw it. */
export async function planned(phone: Phone, id: string): Promise<About> {
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

export function justNow(phone: Phone, shift: number): About {
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

export async function held(id: string): Promise<About> {
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

export async function send(
  about: About,
  sheet: Sheet,
  phone: Phone | null,
  intention: Intention,
): Promise<void> {
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
