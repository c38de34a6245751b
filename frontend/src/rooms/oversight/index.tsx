import { useQuery } from "@tanstack/react-query";
import { api, type DecisionItem, ok } from "../../api";
import { useWords } from "../../shared/context";
import type { Thing } from "../../shared/thing";
import { word } from "../../shared/values";
import { About, Actor, Decided, Step, When, Why } from "./cells";
import { Above } from "./summary";
import { useOversight } from "./words";

/** Whoever has decided something, with the role and the unit: two may share a name. */
function useActors() {
  const words = useWords();
  const { data } = useQuery({
    queryKey: ["/oversight", "actors"],
    queryFn: () => ok(api.oversightActors()),
    staleTime: 60_000,
  });
  // Somebody who acts in two roles is one person to look for.
  const seen = new Map<string, string>();
  for (const { id, name, role, unit_name } of data?.items ?? []) {
    const as = [role && word(words, "role", role), unit_name].filter(Boolean).join(" · ");
    const before = seen.get(id);
    seen.set(id, before ? `${before} / ${as}` : `${name}（${as}）`);
  }
  return [...seen].map(([value, label]) => ({ value, label }));
}

function options(codes: Record<string, string>) {
  return Object.entries(codes).map(([value, label]) => ({ value, label }));
}

/** The decisions of the running selection: read only, for those who oversee it (P16a). */
export const decisions: Thing<DecisionItem, DecisionItem & { version: number }> = {
  path: "/oversight",
  title: (decision) => decision.label ?? "",
  columns: ["decision", "at", "actor_name", "about", "reason", "step"],
  cells: { decision: Decided, at: When, actor_name: Actor, about: About, reason: Why, step: Step },
  filters: [
    { name: "kind", useOptions: () => options(useOversight().codes.decisionKind) },
    { name: "city", from: "cities" },
    { name: "subject", from: "subjects" },
    { name: "actor", useOptions: useActors },
    { name: "since", from: "day" },
    { name: "until", from: "day" },
    { name: "unusual", useOptions: () => options(useOversight().codes.flag) },
  ],
  // Which cases are open above the list is no question to it.
  list: ({ case: _, ...query }) => api.oversightDecisions({ query: query as never }),
  Above,
};
