import { useQuery } from "@tanstack/react-query";
import { Card, Collapse, Tag } from "antd";
import { api, ok, type PlanEditionShown } from "../../api";
import { useWords } from "../../shared/context";
import { fill } from "../../words";
import { date } from "../../words/dates";
import { yearWords } from "../../words/year";

const COLOURS = { added: "green", removed: "red", changed: "orange" } as const;

/** Every edition of a plan, the last first: what differs from the one before, and the whole of it. */
export function Editions({ id }: { id: string }) {
  const { language } = useWords();
  const words = yearWords(language);
  const { data } = useQuery({
    queryKey: ["editions", id],
    queryFn: () => ok(api.trainingPlansEditions({ path: { plan_id: id } })),
  });
  if (!data) return null;
  return (
    <Card size="small" title={words.editions}>
      <Collapse
        size="small"
        items={data.items.map((one) => ({
          key: one.number,
          label: `${fill(words.edition, { number: one.number })} · ${fill(words.proposedAt, { at: date(one.proposed_at, language) })}`,
          children: <One edition={one} />,
        }))}
      />
    </Card>
  );
}

function One({ edition }: { edition: PlanEditionShown }) {
  const { language, ui } = useWords();
  const words = yearWords(language);
  const day = (at: string | null) => (at ? date(at, language) : "—");
  return (
    <>
      <p className="quiet">
        {edition.student_agreed_at || edition.teacher_agreed_at
          ? fill(words.agreed, {
              student: day(edition.student_agreed_at),
              teacher: day(edition.teacher_agreed_at),
            })
          : words.notAgreed}
      </p>
      {edition.number === 1 && <Tag>{words.first}</Tag>}
      {edition.changed.map((name) => (
        <Tag key={name} color="orange">
          {words.texts[name]}
        </Tag>
      ))}
      <ul className="reasons">
        {edition.changes.map(({ change, step, before }) => (
          <li key={`${change}${step.id}`}>
            <Tag color={COLOURS[change]}>{words.changes[change]}</Tag>
            {step.title}
            {before && before.title !== step.title && (
              <span className="quiet"> {fill(words.was, { title: before.title })}</span>
            )}
          </li>
        ))}
      </ul>
      <p>
        <strong>{edition.topic}</strong>
        <br />
        {edition.aims}
      </p>
      <ul className="reasons">
        {edition.steps.map((step) => (
          <li key={step.id || step.title}>
            {`${step.month}${ui.month} · ${step.title}`}
            {step.detail && <span className="quiet"> {step.detail}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
