import { useCallback, useEffect, useRef, useState } from "react";
import { api, asProblem, type FeedbackAsked, Intention, ok } from "../api";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import { Link } from "./link";
import type { Notebook } from "./notebook";
import { go } from "./route";

type Answers = Record<string, number | string>;
type Student = FeedbackAsked["students"][number];

const draftName = (asked: FeedbackAsked, student: Student) =>
  `feedback ${asked.point?.code} ${student.enrolment_id}`;

/** Feedback of the plan's point, one student after another; half-written answers stay on the phone. */
export function Feedback({ book }: { book: Notebook }) {
  const [asked, setAsked] = useState<FeedbackAsked | null>(null);
  const [fault, setFault] = useState("");
  const [chosen, setChosen] = useState("");
  const load = useCallback(async () => {
    try {
      setAsked(await ok(api.feedbackAsked()));
      setFault("");
    } catch (wrong) {
      setFault(asProblem(wrong).unanswered ? words.offline : asProblem(wrong).message);
    }
  }, []);
  useEffect(() => {
    void load();
  }, [load]);
  if (!asked)
    return fault ? (
      <p className="fault" role="alert">
        {fault}{" "}
        <button type="button" onClick={() => void load()}>
          {words.retry}
        </button>
      </p>
    ) : (
      <p className="quiet">{words.loading}</p>
    );
  const { point, students } = asked;
  const student =
    students.find((one) => one.enrolment_id === chosen) ??
    students.find((one) => !one.answers) ??
    students[0];
  if (!point || !student)
    return (
      <>
        <h1>{words.feedback.title}</h1>
        <p className="quiet">{words.feedback.closed}</p>
        <Link to="" className="button">
          {words.back}
        </Link>
      </>
    );
  return (
    <>
      <h1>
        {words.feedback.title} <small>{language === "en" ? point.en : point.zh}</small>
      </h1>
      <p className="quiet">{words.feedback.readers[asked.about]}</p>
      {students.length > 1 && (
        <div className="chips" role="group" aria-label={words.meetings.students}>
          {students.map((one) => (
            <button
              key={one.enrolment_id}
              type="button"
              aria-pressed={one === student}
              className={one === student ? "chip on" : "chip"}
              onClick={() => setChosen(one.enrolment_id)}
            >
              {one.student_name}
              {one.answers && " ✓"}
            </button>
          ))}
        </div>
      )}
      <Form
        key={student.enrolment_id}
        book={book}
        asked={asked}
        student={student}
        done={() => {
          if (students.some((one) => !one.answers && one !== student)) {
            setChosen("");
            void load();
            scrollTo(0, 0);
          } else go("", true);
        }}
      />
    </>
  );
}

function Form({
  book,
  asked,
  student,
  done,
}: {
  book: Notebook;
  asked: FeedbackAsked;
  student: Student;
  done: () => void;
}) {
  const [answers, setAnswers] = useState<Answers>(student.answers ?? {});
  const [faults, setFaults] = useState<Record<string, string>>({});
  const intention = useRef(new Intention());
  const draft = draftName(asked, student);
  useEffect(() => {
    void book.store
      ?.answer<Answers>(draft)
      .then((kept) => kept && setAnswers((now) => ({ ...now, ...kept })));
  }, [book.store, draft]);
  const change = (code: string, value: number | string) => {
    const next = { ...answers, [code]: value };
    setAnswers(next);
    void book.store?.keepAnswer(draft, next);
  };
  const save = async () => {
    const body = { enrolment_id: student.enrolment_id, point: asked.point?.code ?? "", answers };
    try {
      await ok(api.feedbackWrite({ body, headers: intention.current.headers(body) }));
      await book.store?.keepAnswer(draft, null);
      done();
    } catch (wrong) {
      const problem = asProblem(wrong);
      if (!problem.unanswered) intention.current.settled();
      const said = problem.errors.map((one) => [one.pointer.replace("/answers/", ""), one.message]);
      const whole = problem.unanswered ? words.feedback.away : problem.detail || problem.message;
      setFaults(said.length > 0 ? Object.fromEntries(said) : { "": whole });
      const first = asked.questions.find((one) => said.some(([code]) => code === one.code));
      document.getElementById(`ask-${first?.code ?? "send"}`)?.scrollIntoView({ block: "center" });
    }
  };
  const steps = Array.from({ length: asked.scale }, (_, i) => i + 1);
  return (
    <>
      <p>
        <strong>{student.student_name}</strong>{" "}
        <small>{fill(words.feedback.of, { mentor: student.mentor_name })}</small>
      </p>
      {asked.questions.map((question) => {
        const label = language === "en" ? question.en : question.zh;
        const fault = faults[question.code];
        return (
          <fieldset key={question.code} id={`ask-${question.code}`}>
            <legend>{label}</legend>
            {question.kind === "scale" ? (
              <div className="scale">
                <small>{words.feedback.low}</small>
                {steps.map((step) => (
                  <button
                    key={step}
                    type="button"
                    aria-label={`${label}: ${step}`}
                    aria-pressed={answers[question.code] === step}
                    className={answers[question.code] === step ? "chip on" : "chip"}
                    onClick={() => change(question.code, step)}
                  >
                    {step}
                  </button>
                ))}
                <small>{words.feedback.high}</small>
              </div>
            ) : (
              <textarea
                aria-label={label}
                rows={2}
                maxLength={2000}
                value={answers[question.code] ?? ""}
                onInput={(event) => change(question.code, event.currentTarget.value)}
              />
            )}
            {fault && (
              <p className="fault" role="alert">
                {fault}
              </p>
            )}
          </fieldset>
        );
      })}
      {faults[""] && (
        <p className="fault" role="alert">
          {faults[""]}
        </p>
      )}
      <button type="button" id="ask-send" className="main" onClick={() => void save()}>
        {words.feedback.send}
      </button>
    </>
  );
}
