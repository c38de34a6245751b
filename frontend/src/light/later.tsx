import { type ReactNode, useEffect, useState } from "react";
import { words } from "../words/light";

type Pages = typeof import("./meeting-pages");

/** Pages that only some open, and not first: their code comes when it is asked for, and stays on the phone. */
export function Later({ children }: { children: (pages: Pages) => ReactNode }) {
  const [pages, setPages] = useState<Pages | null>(null);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    import("./meeting-pages").then(setPages, () => setLost(true));
  }, []);
  if (pages) return children(pages);
  return <p className="quiet">{lost ? words.offline : words.loading}</p>;
}
