import { useSyncExternalStore } from "react";

/** The few pages below `/m/`; every address opens by itself, also without a network. */
export const BASE = "/m/";
export const writePath = (session: string) => `log/${session}`;
export const logPath = (id: string) => `sent/${id}`;

const MOVED = "miaopu:moved";

export function go(path: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", BASE + path);
  dispatchEvent(new Event(MOVED));
  scrollTo(0, 0);
}

/** The page and the id in its address: `log/<session>`, `sent/<log>`, `logs`, `review`; the home page is empty. */
export function usePlace(): [page: string, id: string] {
  const path = useSyncExternalStore(
    (moved) => {
      addEventListener("popstate", moved);
      addEventListener(MOVED, moved);
      return () => {
        removeEventListener("popstate", moved);
        removeEventListener(MOVED, moved);
      };
    },
    () => location.pathname.slice(BASE.length),
  );
  const [page = "", id = ""] = path.split("/");
  return [page, id];
}
