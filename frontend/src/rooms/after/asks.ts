import { useQuery } from "@tanstack/react-query";
import { type AlumnusItem, api, ok, type TrackingItem } from "../../api";
import type { Ask } from "../../shared/ask-form";
import { useWords } from "../../shared/context";
import { afterWords } from "../../words/after";

export type AlumnusState = AlumnusItem["consent"];

/** What is asked of where a person is; the same of the school and of the person. */
export function useTrackingAsks() {
  const { fields, enums, language } = useWords();
  const words = afterWords(language);
  const { data } = useQuery({
    queryKey: ["units", "university"],
    queryFn: () => ok(api.unitsList({ query: { kind: "university", size: 100 } })),
  });
  const facts = (entry?: TrackingItem): Ask[] => [
    {
      name: "kind",
      label: fields.tracking_kind,
      kind: "choice",
      required: true,
      initial: entry?.kind ?? "university",
      options: Object.entries(enums.trackingKind).map(([value, label]) => ({ value, label })),
    },
    { name: "institution", label: fields.institution, required: true, max: 200, initial: entry?.institution },
    {
      name: "university_id",
      label: words.university,
      hint: words.universityHint,
      kind: "choice",
      initial: entry?.university_id ?? undefined,
      options: (data?.items ?? []).map((unit) => ({ value: unit.id, label: unit.name })),
    },
    { name: "field", label: fields.field, max: 200, initial: entry?.field },
    {
      name: "research",
      label: fields.research,
      kind: "long",
      rows: 2,
      max: 1000,
      initial: entry?.research,
    },
    { name: "note", label: fields.notes, kind: "long", rows: 2, max: 2000, initial: entry?.note },
  ];
  return { words, facts };
}
