import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { ok } from "../api";
import type { AnyThing, Query } from "./thing";

/** The list a record was opened from: its rows in order, and how to ask for more of them. */
interface Queue {
  path: string;
  query: Query;
  ids: string[];
  total: number;
}

let queue: Queue | null = null;

export function keepQueue(next: Queue): void {
  queue = next;
}

/** Where a record stands in the list it was opened from, and the ways to its neighbours (keys J and K). */
export function useNeighbours(thing: AnyThing, id: string) {
  const navigate = useNavigate();
  const here = queue?.path === thing.path ? queue : null;
  const at = here?.ids.indexOf(id) ?? -1;
  const open = useCallback(
    (next: string) => void navigate({ to: `${thing.path}/${next}` as string }),
    [navigate, thing.path],
  );
  const previous = here && at > 0 ? here.ids[at - 1] : undefined;
  const next = here && at >= 0 ? here.ids[at + 1] : undefined;
  const forward = useCallback(async () => {
    if (!here || at < 0) return;
    if (next) return open(next);
    // The rows that were dealt with have left the list: what is left now begins on its first page.
    const found = await ok(thing.list({ ...here.query, page: 1 }));
    const left = (found.items as { id: string }[])
      .map((item) => item.id)
      .filter((one) => !here.ids.includes(one));
    if (left.length === 0) return;
    keepQueue({ ...here, ids: [...here.ids, ...left] });
    open(left[0]);
  }, [here, at, next, open, thing]);
  useEffect(() => {
    if (at < 0) return;
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (/^(input|textarea|select)$/i.test(target.tagName) || target.isContentEditable) return;
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        document.querySelector(".ant-modal-wrap:not([style*=none])")
      )
        return;
      if (event.key === "j") void forward();
      else if (event.key === "k" && previous) open(previous);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [at, forward, open, previous]);
  return at < 0 || !here
    ? null
    : {
        search: here.query,
        place: at + 1,
        total: Math.max(here.total, here.ids.length),
        previous,
        open,
        forward,
      };
}
