import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Flex, Input, Radio, Select, Typography } from "antd";
import { useState } from "react";
import { api, type FeedbackItem, ok } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { useNamed, usePlan } from "../../shared/plan";
import { Failed, Loading, Nothing, Refusal } from "../../shared/states";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { yearWords } from "../../words/year";
import { Sums } from "./feedback-sums";

type About = FeedbackItem["about"];
type Answers = Record<string, number | string>;

/** Feedback at the plan's points: the mentor's on the student; the student's on the mentoring, for the city alone. */
export function FeedbackPage() {
  const { language } = useWords();
  const words = yearWords(language);
  const me = useKnownMe();
  const { data, error, refetch } = useQuery({
    queryKey: ["feedback"],
    queryFn: () => ok(api.feedbackList()),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Flex vertical gap={12}>
      <Typography.Title level={3} style={{ margin: 0 }}>
        {words.feedback}
      </Typography.Title>
      {me.permissions.includes("feedback.sums") && <Sums />}
      {me.permissions.includes("feedback.write") && <Write />}
      {data.items.length === 0 && <Nothing hint={words.none} />}
      {data.items.map((one) => (
        <Said key={one.id} one={one} />
      ))}
    </Flex>
  );
}

function useQuestions(about: About) {
  const feedback = usePlan()?.feedback;
  return (about === "student" ? feedback?.on_student : feedback?.on_mentoring) ?? [];
}

function Said({ one }: { one: FeedbackItem }) {
  const { language } = useWords();
  const words = yearWords(language);
  const name = useNamed();
  const questions = useQuestions(one.about);
  const scale = usePlan()?.feedback?.scale ?? 0;
  const point = usePlan()?.feedback?.points?.find((found) => found.code === one.point);
  return (
    <Card size="small" title={`${one.student_name} · ${words.feedbackOf[one.about]}`}>
      <div className="quiet">
        {[point && name(point), one.mentor_name, dateTime(one.written_at, language)]
          .filter(Boolean)
          .join(" · ")}
      </div>
      {questions
        .filter((question) => one.answers[question.code] !== undefined && one.answers[question.code] !== "")
        .map((question) => (
          <div key={question.code} style={{ marginTop: 6 }}>
            <span className="quiet">{name(question)}</span>{" "}
            <span style={{ whiteSpace: "pre-wrap" }}>
              {question.kind === "scale"
                ? `${one.answers[question.code]} / ${scale}`
                : one.answers[question.code]}
            </span>
          </div>
        ))}
    </Card>
  );
}

/** What is asked now, of whom; nothing is asked outside the points. */
function Write() {
  const { language, ui } = useWords();
  const words = yearWords(language);
  const name = useNamed();
  const client = useQueryClient();
  const [student, setStudent] = useState<string>();
  const [answers, setAnswers] = useState<Answers>({});
  const [error, setError] = useState<unknown>(null);
  const { data } = useQuery({
    queryKey: ["feedback", "asked"],
    queryFn: () => ok(api.feedbackAsked()),
  });
  if (!data) return null;
  const { point, students, questions } = data;
  const whose = students.find((one) => one.enrolment_id === student) ?? students[0];
  if (!point || !whose)
    return (
      <Card size="small">
        {data.next
          ? fill(words.nextPoint, { point: name(data.next), month: data.next.opens_month })
          : words.closedNow}
      </Card>
    );
  const shown: Answers = { ...whose.answers, ...answers };
  const save = async () => {
    setError(null);
    try {
      await ok(
        api.feedbackWrite({ body: { enrolment_id: whose.enrolment_id, point: point.code, answers: shown } }),
      );
      setAnswers({});
      await client.invalidateQueries({ queryKey: ["feedback"] });
    } catch (wrong) {
      setError(wrong);
    }
  };
  const scale = Array.from({ length: data.scale }, (_, i) => ({
    value: i + 1,
    label: String(i + 1),
  }));
  return (
    <Card size="small" title={`${words.write} · ${name(point)}`}>
      <Flex vertical gap={10} align="start">
        {data.about === "mentoring" && <strong>{words.private}</strong>}
        {students.length > 1 && (
          <Select
            aria-label={words.students}
            value={whose.enrolment_id}
            options={students.map((one) => ({
              value: one.enrolment_id,
              label: one.answers ? `${one.student_name} ✓` : one.student_name,
            }))}
            onChange={(next) => {
              setStudent(next);
              setAnswers({});
            }}
            style={{ minWidth: 200 }}
          />
        )}
        {questions.map((question) => (
          <div key={question.code} style={{ width: "100%" }}>
            <div id={`ask-${question.code}`}>{name(question)}</div>
            {question.kind === "scale" ? (
              <>
                <span className="quiet">{words.low} </span>
                <Radio.Group
                  aria-labelledby={`ask-${question.code}`}
                  optionType="button"
                  options={scale}
                  value={shown[question.code]}
                  onChange={(event) =>
                    setAnswers({ ...answers, [question.code]: event.target.value as number })
                  }
                />
                <span className="quiet"> {words.high}</span>
              </>
            ) : (
              <Input.TextArea
                aria-labelledby={`ask-${question.code}`}
                rows={2}
                maxLength={2000}
                value={shown[question.code]}
                onChange={(event) => setAnswers({ ...answers, [question.code]: event.target.value })}
              />
            )}
          </div>
        ))}
        <Button type="primary" onClick={() => void save()}>
          {ui.save}
        </Button>
        <Refusal error={error} />
      </Flex>
    </Card>
  );
}
