import { Tag } from "antd";
import { type ReactNode, useCallback } from "react";
import type { StageItem } from "../api";
import type { Enums, FieldCode, Words } from "../words";
import { fill } from "../words";
import { date, dateTime, daysUntil, deadline, lastDay } from "../words/dates";
import { useKnownMe, useWords } from "./context";
import { useNamed, usePlan } from "./plan";

const COLOURS: Record<string, string> = {
  draft: "default",
  open: "default",
  rejected: "red",
  withdrawn: "red",
  absent: "red",
  unqualified: "red",
  returned: "orange",
  objected: "orange",
  not_selected: "default",
  not_shortlisted: "default",
  appointed: "green",
  accepted: "green",
  enrolled: "green",
  active: "green",
  agreed: "green",
  confirmed: "green",
  filed: "green",
  graded: "green",
  excellent: "gold",
  qualified: "green",
  selected: "green",
  alumni: "purple",
  faulty: "red",
  failed: "red",
  disabled: "red",
  invited: "default",
  entered: "green",
  ready: "orange",
};

export type Flowing = Extract<keyof Enums, string>;

/** A code in words; the code itself only where the table has none. */
export function word(words: Words, table: Flowing, code: string): string {
  return (words.enums[table] as Record<string, string>)[code] ?? code;
}

export function StateTag({ table, code }: { table: Flowing; code: string }) {
  const words = useWords();
  return <Tag color={COLOURS[code] ?? "blue"}>{word(words, table, code)}</Tag>;
}

export function useSubject(): (code: string | null | undefined) => string {
  const { cycle } = useKnownMe();
  const { language } = useWords();
  return useCallback(
    (code) => {
      const found = cycle?.subjects.find((subject) => subject.code === code);
      return found ? (language === "en" ? found.name_en : found.name) : (code ?? "—");
    },
    [cycle, language],
  );
}

// Means and what is computed from them: kept to four places, read to two.
const FIGURES = new Set(["interview", "raw", "spread", "total", "mean"]);
const DEADLINES = new Set(["notice_ends_at", "answer_until", "objection_until", "due_at"]);
/** A class of mentor by its name in the plan (P6). */
function Standing({ code }: { code: string }) {
  const name = useNamed();
  const standings = usePlan()?.mentors.standings;
  const found = standings?.find((one) => one.code === code);
  return found ? name(found) : standings && code;
}

const DATES = /(_at|_from|_since|_until)$/;

/** One fact as people read it: dates with weekday, yes and no, subjects and degrees in words, “—” for nothing. */
export function useShow(): (field: FieldCode | string, value: unknown) => ReactNode {
  const words = useWords();
  const subject = useSubject();
  return (field, value) => {
    if (value === null || value === undefined || value === "") return words.ui.none;
    if (typeof value === "boolean") return value ? words.ui.yes : words.ui.no;
    if (field === "subject") return subject(String(value));
    if (field === "standing") return <Standing code={String(value)} />;
    if (field === "degree") return word(words, "degree", String(value));
    if (field === "title_level") return word(words, "titleLevel", String(value));
    if (field === "role") return word(words, "role", String(value));
    if (field === "account_state") return <StateTag table="accountState" code={String(value)} />;
    if (field === "import_kind") return word(words, "importKind", String(value));
    if (field === "import_state") return <StateTag table="importState" code={String(value)} />;
    if (field === "unit_kind") return word(words, "unitKind", String(value));
    if (field === "kind" && String(value) in words.enums.disclosureKind)
      return word(words, "disclosureKind", String(value));
    if (field === "outcome") return word(words, "registration", String(value));
    if (field === "ties") return words.ui.cutoff.ways[value as keyof typeof words.ui.cutoff.ways];
    if (field === "result_grade") return word(words, "grade", String(value));
    if (DEADLINES.has(field)) return deadline(String(value), words.language);
    if (DATES.test(field)) return dateTime(String(value), words.language);
    if (/_on$/.test(field) && typeof value === "string") return date(value, words.language);
    if (typeof value === "number" && FIGURES.has(field)) return String(Math.round(value * 100) / 100);
    if (typeof value === "number" || typeof value === "string") return String(value);
    return JSON.stringify(value);
  };
}

/** `open · closes in 3 days`, `not yet · opens 2024-01-11`. */
export function stageHint(words: Words, stage: StageItem, now: Date): string {
  const { ui } = words;
  if (stage.state === "closed") return ui.closed;
  if (stage.state === "planned") {
    const days = daysUntil(stage.opens_at, now);
    return days <= 14
      ? fill(ui.opensIn, { days })
      : fill(ui.opensOn, { at: date(stage.opens_at, words.language) });
  }
  // It closes at the midnight after its last day.
  const days = daysUntil(stage.closes_at, now) - 1;
  if (days <= 0) return ui.closesToday;
  return days <= 14
    ? fill(ui.closesIn, { days })
    : fill(ui.closesOn, { at: lastDay(stage.closes_at, words.language) });
}
