import { useEffect, useState } from "react";
import { api, type FeedbackAsked, ok } from "../api";
import { language, words } from "../words/light";
import { fill } from "../words/say";
import { Link } from "./link";

/** One line on the first page while the plan asks for feedback and some is not given; silent without a network. */
export function Asked() {
  const [asked, setAsked] = useState<FeedbackAsked | null>(null);
  useEffect(() => {
    ok(api.feedbackAsked()).then(setAsked, () => undefined);
  }, []);
  const point = asked?.point;
  const open = asked?.students.filter((one) => !one.answers).length ?? 0;
  if (!point || open === 0) return null;
  return (
    <Link to="feedback" className="card">
      <strong>
        {words.feedback.title} · {language === "en" ? point.en : point.zh}
      </strong>
      <small>{fill(words.feedback[asked.about === "student" ? "left" : "yours"], { count: open })}</small>
    </Link>
  );
}
