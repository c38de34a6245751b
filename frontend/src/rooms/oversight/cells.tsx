import { Link } from "@tanstack/react-router";
import { Flex, Tag } from "antd";
import type { DecisionItem } from "../../api";
import { useWords } from "../../shared/context";
import { type Flowing, StateTag, useSubject, word } from "../../shared/values";
import { fill, type Words } from "../../words";
import { dateTime } from "../../words/dates";
import type { OversightWords } from "../../words/oversight";
import { useOversight } from "./words";

type OverseenThing = DecisionItem["thing"];

/** Where the record of a thing stands; a split of places has none. */
const RECORDS: Record<OverseenThing, string | null> = {
  nomination: "/nominations",
  registration: "/registrations",
  sitting: "/sittings",
  subject_places: null,
  cutoff: "/cutoffs",
  recheck: "/rechecks",
  interview_round: "/interview-rounds",
  place_offer: "/place-offers",
  pairing: "/pairings",
  disclosure: "/disclosures",
  objection: "/objections",
  cycle: "/cycles",
};
const AN_HOUR = 3_600_000;

export function signed(points: number): string {
  return `${points > 0 ? "+" : ""}${points}`;
}

/** The number, the subject and the city of what was decided about; a link where the reader can open the record. */
export function Where({
  thing,
  thing_id,
  label,
  subject,
  city_name,
}: {
  thing?: OverseenThing;
  thing_id?: string | null;
  label?: string | null;
  subject?: string | null;
  city_name?: string | null;
}) {
  const words = useWords();
  const { ui } = useOversight();
  const named = useSubject();
  const said = [label, subject && named(subject), city_name].filter(Boolean).join(" · ");
  const path = thing ? RECORDS[thing] : null;
  if (!path || !thing_id) return <span className="fact">{said || words.ui.none}</span>;
  return (
    <Link to={`${path}/${thing_id}` as string} className="fact">
      {said || ui.open}
    </Link>
  );
}

/** What was decided, and what is unusual about it. */
export function Decided({ row }: { row: DecisionItem }) {
  const { codes } = useOversight();
  return (
    <Flex wrap gap={4} align="center">
      <strong>{codes.decision[row.action]}</strong>
      {row.unusual.map((flag) => (
        <Tag key={flag} color="orange" style={{ margin: 0 }}>
          {codes.flag[flag]}
        </Tag>
      ))}
    </Flex>
  );
}

/** The programme's time; the real one beside it where the two are apart. */
export function When({ row }: { row: DecisionItem }) {
  const { language } = useWords();
  const { ui } = useOversight();
  const apart = Math.abs(Date.parse(row.recorded_at) - Date.parse(row.at)) > AN_HOUR;
  return (
    <>
      {dateTime(row.at, language)}
      {apart && <div className="quiet">{fill(ui.reallyAt, { at: dateTime(row.recorded_at, language) })}</div>}
    </>
  );
}

export function Actor({ row }: { row: DecisionItem }) {
  const words = useWords();
  const role = row.actor_role && word(words, "role", row.actor_role);
  return (
    <>
      {row.actor_name ?? role ?? words.ui.none}
      <div className="quiet">{[row.actor_name && role, row.actor_unit].filter(Boolean).join(" · ")}</div>
    </>
  );
}

export function About({ row }: { row: DecisionItem }) {
  const words = useWords();
  if (row.stage) return <Where {...row} label={words.enums.stage[row.stage]} />;
  return <Where {...row} />;
}

/** The reason, and what the decision changed. */
export function Why({ row }: { row: DecisionItem }) {
  const words = useWords();
  const { ui } = useOversight();
  const changed = [
    row.shift && shifted(words, ui, row.shift),
    row.difference !== null &&
      fill(ui.difference[row.action === "cutoff.set_line" ? "line" : "mark"], {
        points: signed(row.difference),
      }),
  ];
  const said = changed.filter(Boolean).join("；");
  return (
    <div className="wrapped">
      {row.reason ?? (said ? "" : words.ui.none)}
      {said && <div className="quiet">{said}</div>}
    </div>
  );
}

type Shift = NonNullable<DecisionItem["shift"]>;

function shifted(words: Words, ui: OversightWords["ui"], { what, before, after }: Shift): string {
  const moment = what === "closes_at" || what === "starts_at";
  const say = (value: string | null) =>
    value === null ? words.ui.none : moment ? dateTime(value, words.language) : value;
  return fill(ui.shifts[what], { before: say(before), after: say(after) });
}

export function Step({ row }: { row: DecisionItem }) {
  const words = useWords();
  if (!row.to_state || !(row.thing in words.enums)) return <>{words.ui.none}</>;
  const table = row.thing as Flowing;
  return (
    <span style={{ whiteSpace: "nowrap" }}>
      {row.from_state && <>{word(words, table, row.from_state)} → </>}
      <StateTag table={table} code={row.to_state} />
    </span>
  );
}
