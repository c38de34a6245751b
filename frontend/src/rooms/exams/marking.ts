import type { Ask, Values } from "../../shared/ask-field";
import { useWords } from "../../shared/context";
import { useNamed, usePlan } from "../../shared/plan";

/** The questions for one mark: of the whole paper, or of each of the parts that the plan names. */
export function useMarkAsks(): Ask[] {
  const { fields } = useWords();
  const name = useNamed();
  const parts = usePlan()?.written_test.parts ?? [];
  if (parts.length === 0)
    return [{ name: "mark", label: fields.mark, kind: "number", min: 0, step: 0.5, required: true }];
  return parts.map((part) => ({
    name: `parts/${part.code}`,
    label: name(part),
    kind: "number",
    min: 0,
    max: part.full_mark,
    step: 0.5,
    required: true,
  }));
}

/** The parts of the paper as one field; together they are the mark. */
export function markGiven(values: Values): Values {
  const parts = Object.entries(values).filter(([key]) => key.startsWith("parts/"));
  if (parts.length === 0) return values;
  const others = Object.entries(values).filter(([key]) => !key.startsWith("parts/"));
  return {
    ...Object.fromEntries(others),
    mark: parts.reduce((sum, [, value]) => sum + Number(value), 0),
    parts: Object.fromEntries(parts.map(([key, value]) => [key.slice(6), value])),
  };
}
