import { useState } from "react";
import { photo } from "../shared/photo";
import { words } from "../words/light";
import { fill } from "../words/say";
import type { Entry, Photo } from "./entry";
import { dropBlob, keepBlob } from "./notebook";
import { Picture } from "./picture";

/** The photos of a log: made small on the phone, kept there at once, sent when there is a network. */
export function Photos({
  entry,
  most,
  log,
  change,
}: {
  entry: Entry;
  most: number;
  /** The returned log whose photos are taken up again. */
  log: string | null;
  change: (photos: Photo[]) => void;
}) {
  const { photos, session } = entry;
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  if (most === 0) return null;
  const add = async (files: File[]) => {
    setFault("");
    setBusy(true);
    const added: Photo[] = [];
    for (const file of files.slice(0, most - photos.length)) {
      try {
        const id = crypto.randomUUID();
        await keepBlob(id, await photo(file));
        added.push({ id, name: `${file.name.replace(/\.\w+$/, "")}.jpg`, file: null });
      } catch {
        setFault(words.photos.unread);
      }
    }
    setBusy(false);
    if (added.length > 0) change([...photos, ...added]);
  };
  const from = ({ file }: Photo) =>
    entry.version > 0 || !log
      ? `/growth-logs/drafts/${session}/photos/${file}`
      : `/growth-logs/${log}/photos/${file}`;
  const faults = [...(entry.faults.photos ?? []).map((one) => words.faults[one] ?? one), fault];
  return (
    <fieldset>
      <legend>
        {words.photos.title} <small>{fill(words.photos.hint, { count: most })}</small>
      </legend>
      <div className="photos">
        {photos.map((one, i) => (
          <figure key={one.id}>
            <Picture id={one.id} path={from(one)} n={i + 1} keeps />
            <button
              type="button"
              aria-label={fill(words.photos.remove, { n: i + 1 })}
              onClick={() => {
                change(photos.filter(({ id }) => id !== one.id));
                dropBlob(one.id);
              }}
            >
              ×
            </button>
          </figure>
        ))}
        {photos.length < most && (
          <label className="add" aria-busy={busy}>
            {busy ? words.loading : `+ ${words.photos.add}`}
            <input
              type="file"
              accept="image/*"
              multiple
              onChange={(event) => {
                const files = [...(event.currentTarget.files ?? [])];
                event.currentTarget.value = "";
                void add(files);
              }}
            />
          </label>
        )}
      </div>
      {faults.filter(Boolean).map((one) => (
        <div className="fault" role="alert" key={one}>
          {one}
        </div>
      ))}
    </fieldset>
  );
}
