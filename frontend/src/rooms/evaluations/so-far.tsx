import { useQuery } from "@tanstack/react-query";
import { Card, Descriptions } from "antd";
import { api, ok } from "../../api";
import type { Values } from "../../shared/ask-field";
import { useWords } from "../../shared/context";
import { Opinions } from "../../shared/evaluated";
import { Failed } from "../../shared/states";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { midtermWords } from "../../words/midterm";

/** What the platform knows of a student, beside what is written; `later` shows the opinions on the first months too. */
export function SoFar({ enrolment, later }: { enrolment: string; later?: boolean }) {
  const { fields, ui, language } = useWords();
  const words = midtermWords(language);
  const { data, error, isPending } = useQuery({
    queryKey: ["so-far", enrolment],
    queryFn: () => ok(api.enrolmentsSoFar({ path: { enrolment_id: enrolment } })),
  });
  if (error) return <Failed error={error} />;
  const initial = later ? data?.initial[0] : undefined;
  return (
    <Card size="small" title={words.soFar} loading={isPending}>
      {data && (
        <Descriptions
          size="small"
          column={{ xs: 1, sm: 2 }}
          items={[
            { key: "topic", label: fields.topic, children: data.topic || ui.none, span: "filled" },
            {
              key: "meetings",
              label: words.meetings,
              children: fill(words.meetingsHeld, { count: data.meetings, campus: data.on_campus }),
            },
            {
              key: "last",
              label: words.lastMeeting,
              children: data.last_meeting_at ? dateTime(data.last_meeting_at, language) : ui.none,
            },
            {
              key: "logs",
              label: words.logs,
              children: fill(words.logsKept, {
                count: data.logs_handed_in,
                accepted: data.logs_accepted,
                late: data.logs_late,
              }),
            },
          ]}
        />
      )}
      {initial && <Opinions record={initial} />}
    </Card>
  );
}

/** Under the choice of a student: what is known of the one who is chosen. */
export function beside(values: Values) {
  return values.enrolment_id ? <SoFar enrolment={String(values.enrolment_id)} /> : undefined;
}

/** The same with the opinions on the first months. */
export function besideLater(values: Values) {
  return values.enrolment_id ? <SoFar enrolment={String(values.enrolment_id)} later /> : undefined;
}
