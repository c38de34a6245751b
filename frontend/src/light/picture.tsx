import { useEffect, useState } from "react";
import { apiOrigin, send } from "../api";
import { words } from "../words/light";
import { fill } from "../words/say";
import { blobOf, keepBlob } from "./notebook";

/** Fetch a picture with the token; null without a network. */
async function fetched(path: string): Promise<Blob | null> {
  try {
    const answer = await send(new Request(`${apiOrigin()}/api/v1${path}`, { credentials: "include" }));
    return answer.ok ? await answer.blob() : null;
  } catch {
    return null;
  }
}

/** A photo: from this phone where it is, else from the server; `keeps` it here for the next time without a network. */
export function Picture({ id, path, n, keeps }: { id: string; path: string; n: number; keeps?: boolean }) {
  const [address, setAddress] = useState("");
  const [away, setAway] = useState(false);
  useEffect(() => {
    let made = "";
    let over = false;
    void (async () => {
      const kept = await blobOf(id);
      const blob = kept ?? (await fetched(path));
      if (over) return;
      setAway(!blob);
      if (!blob) return;
      if (keeps && !kept) void keepBlob(id, blob);
      made = URL.createObjectURL(blob);
      setAddress(made);
    })();
    return () => {
      over = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [id, path, keeps]);
  if (away) return <span className="quiet">{words.photos.away}</span>;
  return address ? <img src={address} alt={fill(words.photos.alt, { n })} /> : <span className="blank" />;
}
