import { useRef, useState } from "react";
import { api, asProblem, type Clash, Intention, ok } from "../api";
import { dateTime, fromInput } from "../words/dates";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import { Link } from "./link";
import type { Notebook } from "./notebook";
import { go } from "./route";
import { atOnce } from "./sync";

/** A meeting to come: when, where, with whom. Those asked are told at once. */
export function Plan({ book }: { book: Notebook }) {
  const { phone } = book;
  const students = (phone?.students ?? []).filter((one) => one.through && one.state === "active");
  const [form, setForm] = useState({
    day: "",
    time: "14:00",
    minutes: 90,
    title: "",
    place: "",
    directions: "",
    activity: phone?.activities[0]?.code ?? "",
    on_campus: true,
    asked: new Set(students.map((one) => one.enrolment_id)),
  });
  const [fault, setFault] = useState("");
  const [clashes, setClashes] = useState<Clash[] | null>(null);
  const intention = useRef(new Intention());
  const change = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const save = async () => {
    setFault("");
    try {
      const { day, time, minutes, title, place, directions, activity, on_campus } = form;
      const ids = students.map((one) => one.enrolment_id).filter((id) => form.asked.has(id));
      const body = {
        mentor_id: students.find((one) => form.asked.has(one.enrolment_id))?.through ?? "",
        starts_at: fromInput(`${day}T${time}`),
        students: ids,
        minutes,
        title,
        place,
        directions,
        activity,
        on_campus,
      };
      const made = await ok(api.appointmentsCreate({ body, headers: intention.current.headers(body) }));
      void atOnce();
      if (made.clashes.length > 0) setClashes(made.clashes);
      else go("", true);
    } catch (wrong) {
      const problem = asProblem(wrong);
      if (!problem.unanswered) intention.current.settled();
      setFault(
        problem.unanswered
          ? words.record.away
          : problem.errors[0]?.message || problem.detail || problem.message,
      );
    }
  };
  if (clashes)
    return (
      <div role="status">
        <h1>{words.plan.made}</h1>
        {clashes.map((clash) => (
          <p key={`${clash.who}${clash.starts_at}`} className="fault">
            {fill(words.plan.clash, {
              who: clash.who || words.plan.you,
              title: clash.title,
              at: dateTime(clash.starts_at, language),
            })}
          </p>
        ))}
        <Link to="" className="button">
          {words.back}
        </Link>
      </div>
    );
  const text = (name: "title" | "place" | "directions", label: string) => (
    <>
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        value={form[name]}
        onInput={(event) => change({ [name]: event.currentTarget.value })}
      />
    </>
  );
  const ready = form.day && form.time && form.title.trim() && form.asked.size > 0;
  return (
    <>
      <h1>{words.meetings.plan}</h1>
      {text("title", words.record.what)}
      <label htmlFor="day">{words.plan.day}</label>
      <input
        id="day"
        type="date"
        value={form.day}
        onInput={(event) => change({ day: event.currentTarget.value })}
      />
      <label htmlFor="time">{words.plan.time}</label>
      <input
        id="time"
        type="time"
        value={form.time}
        onInput={(event) => change({ time: event.currentTarget.value })}
      />
      <label htmlFor="minutes">{words.plan.minutes}</label>
      <input
        id="minutes"
        type="number"
        min={1}
        max={1440}
        value={form.minutes}
        onInput={(event) => change({ minutes: Number(event.currentTarget.value) })}
      />
      {text("place", words.plan.place)}
      {text("directions", words.plan.directions)}
      <div className="chips" role="group" aria-label={words.record.activity}>
        {phone?.activities.map((one) => (
          <button
            key={one.code}
            type="button"
            aria-pressed={form.activity === one.code}
            className={form.activity === one.code ? "chip on" : "chip"}
            onClick={() => change({ activity: one.code })}
          >
            {language === "en" ? one.en : one.zh}
          </button>
        ))}
      </div>
      <label className="tick">
        <input
          type="checkbox"
          checked={form.on_campus}
          onChange={(event) => change({ on_campus: event.currentTarget.checked })}
        />{" "}
        {words.meetings.campus}
      </label>
      <h2>{words.meetings.students}</h2>
      {students.map((one) => (
        <label key={one.enrolment_id} className="tick">
          <input
            type="checkbox"
            checked={form.asked.has(one.enrolment_id)}
            onChange={() => {
              const asked = new Set(form.asked);
              if (!asked.delete(one.enrolment_id)) asked.add(one.enrolment_id);
              change({ asked });
            }}
          />{" "}
          {one.student_name}
        </label>
      ))}
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <div className="acts">
        <button type="button" className="main" disabled={!ready} onClick={() => void save()}>
          {words.plan.send}
        </button>
      </div>
    </>
  );
}
