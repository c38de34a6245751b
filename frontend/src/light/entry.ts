import type { Asked, DraftShown, LogReceived } from "../api";

/** One growth log on this phone, from the first letter to the receipt; pure, so that every turn of it can be tried. */
export type Field = Asked["fields"][number];
export type Texts = Record<Field, string>;
export const NO_TEXT: Texts = {
  reading: "",
  discussed: "",
  heard: "",
  did: "",
  learned: "",
  hard: "",
  next_steps: "",
};
const FIELDS = Object.keys(NO_TEXT) as Field[];

export interface Photo {
  /** Also the key of its upload, so that a second sending is no second file. */
  id: string;
  name: string;
  /** What the server knows it by; null until it is there. */
  file: string | null;
}

/** The session a log is about. */
export interface About {
  session_id: string;
  session_title: string;
  held_at: string;
  due_at: string;
}

export interface Entry {
  session: string;
  about: About;
  texts: Texts;
  photos: Photo[];
  /** draft: being written; waiting: handed in here, on its way; sent: the server gave its receipt. */
  state: "draft" | "waiting" | "sent";
  /** Versions last seen on the server: of the draft (0: none), of the returned log that is taken up again (0: none). */
  version: number;
  log_version: number;
  /** Something here is not on the server yet. */
  dirty: boolean;
  changed_at: number;
  /** What the last saving of the draft, and the last handing in, carried where nobody has seen the answer. */
  tried: string | null;
  handed: string | null;
  /** One key for one press of the button. */
  key: string;
  queued_at: number;
  faults: Record<string, string[]>;
  /** What the server refused the content `refused` with. */
  said: string;
  refused: string | null;
  /** Another device's copy that differs: the person chooses. */
  theirs: DraftShown | null;
  /** The receipt of a log that another device handed in meanwhile. */
  elsewhere: string | null;
  receipt: Pick<LogReceived, "id" | "receipt_number" | "submitted_at"> | null;
}

export function begun(about: About, draft: DraftShown | null, logVersion: number): Entry {
  return {
    session: about.session_id,
    about,
    ...contentOf(draft),
    state: "draft",
    version: draft?.version ?? 0,
    log_version: logVersion,
    dirty: false,
    changed_at: 0,
    tried: null,
    handed: null,
    key: "",
    queued_at: 0,
    faults: {},
    said: "",
    refused: null,
    theirs: null,
    elsewhere: null,
    receipt: null,
  };
}

function contentOf(draft: DraftShown | null): Pick<Entry, "texts" | "photos"> {
  const texts = { ...NO_TEXT };
  for (const name of FIELDS) texts[name] = draft?.[name] ?? "";
  return { texts, photos: (draft?.photos ?? []).map(({ id, name }) => ({ id, name, file: id })) };
}

/** What the server would hold if it had this: it trims what it keeps. */
export function printOf({ texts, photos }: Pick<Entry, "texts" | "photos">): string {
  return JSON.stringify([FIELDS.map((name) => texts[name].trim()), photos.map((p) => p.file ?? p.id)]);
}

export const printOfShown = (shown: DraftShown): string => printOf(contentOf(shown));

export function isEmpty({ texts, photos }: Entry): boolean {
  return photos.length === 0 && FIELDS.every((name) => !texts[name].trim());
}

export function written(entry: Entry, name: Field, value: string, now: number): Entry {
  const { [name]: _, ...faults } = entry.faults;
  return { ...entry, texts: { ...entry.texts, [name]: value }, faults, dirty: true, changed_at: now };
}

export function withPhotos(entry: Entry, photos: Photo[], now: number): Entry {
  const { photos: _, ...faults } = entry.faults;
  return { ...entry, photos, faults, dirty: true, changed_at: now };
}

export function uploaded(entry: Entry, photo: string, file: string): Entry {
  return { ...entry, photos: entry.photos.map((p) => (p.id === photo ? { ...p, file } : p)) };
}

/** Which fields still say too little, by what the plan asks. */
export function lacking(entry: Entry, asked: Asked): Field[] {
  const silent = (name: Field) => !entry.texts[name].trim();
  const one = asked.one_of.length > 0 && asked.one_of.every(silent) ? asked.one_of : [];
  return asked.fields.filter((name) => one.includes(name) || (asked.required.includes(name) && silent(name)));
}

/** The button was pressed: with a new key, and from now on the same content. */
export function queued(entry: Entry, key: string, now: number): Entry {
  return { ...entry, state: "waiting", key, queued_at: now, faults: {}, said: "", refused: null };
}

export function takenBack(entry: Entry): Entry {
  return { ...entry, state: "draft", key: "", dirty: true };
}

/** The server's copy was seen. Nothing of either is lost: where both went on, the person is asked. */
export function met(entry: Entry, shown: DraftShown | null, logVersion: number): Entry {
  if (entry.state === "sent") return entry;
  const seen = { ...entry, log_version: logVersion, elsewhere: null };
  if (!shown) return { ...seen, version: 0, dirty: entry.dirty || entry.version > 0, tried: null };
  const print = printOfShown(shown);
  if (print === printOf(entry))
    return { ...seen, version: shown.version, dirty: false, tried: null, theirs: null };
  // Version 0 is the returned log itself, which has a version of its own.
  const same = shown.version === entry.version && (shown.version > 0 || logVersion === entry.log_version);
  if (same) return seen;
  // Our own save, whose answer was lost.
  if (print === entry.tried)
    return { ...seen, version: shown.version, dirty: true, tried: null, theirs: null };
  if (!entry.dirty && entry.state === "draft")
    return { ...seen, ...contentOf(shown), version: shown.version, tried: null, theirs: null };
  return { ...seen, state: "draft", key: "", theirs: shown, tried: null };
}

export type Choice = "mine" | "theirs" | "both";

export function chosen(entry: Entry, choice: Choice, now: number): Entry {
  const { theirs } = entry;
  if (!theirs) return entry;
  const agreed = { ...entry, version: theirs.version, theirs: null, tried: null, changed_at: now };
  if (choice === "mine") return { ...agreed, dirty: true };
  const other = contentOf(theirs);
  if (choice === "theirs") return { ...agreed, ...other, dirty: false };
  const texts = { ...NO_TEXT };
  for (const name of FIELDS) {
    const [mine, added] = [entry.texts[name].trim(), other.texts[name].trim()];
    texts[name] = mine.includes(added) ? mine : added.includes(mine) ? added : `${mine}\n${added}`;
  }
  const had = new Set(entry.photos.map((p) => p.file));
  const photos = [...entry.photos, ...other.photos.filter((p) => !had.has(p.file))];
  return { ...agreed, texts, photos, dirty: true };
}

/** The draft arrived as it was when `print` was taken; what was typed meanwhile is still to be sent. */
export function draftSaved(entry: Entry, print: string, version: number): Entry {
  return { ...entry, version, dirty: printOf(entry) !== print, tried: null, said: "", refused: null };
}

export function handedIn(entry: Entry, receipt: LogReceived): Entry {
  const { id, receipt_number, submitted_at } = receipt;
  return {
    ...entry,
    state: "sent",
    dirty: false,
    tried: null,
    handed: null,
    said: "",
    faults: {},
    theirs: null,
    elsewhere: null,
    receipt: { id, receipt_number, submitted_at },
  };
}

/** The server said no, and will to the same content: it is the person's turn. */
export function refused(entry: Entry, said: string, faults: Record<string, string[]>): Entry {
  return {
    ...entry,
    state: "draft",
    key: "",
    said,
    faults,
    refused: printOf(entry),
    tried: null,
    handed: null,
  };
}

/**
 * The log of this session is with the mentor already: by a request from here whose answer was lost (`lost` is what that
 * carried), or from another device.
 */
export function foundHandedIn(entry: Entry, lost: string | null, id: string, receipt: string): Entry {
  if (lost === printOf(entry))
    return handedIn(entry, { id, receipt_number: receipt, submitted_at: "" } as LogReceived);
  return { ...entry, state: "draft", key: "", elsewhere: receipt, tried: null };
}

/** True when a flush has something to do for it. */
export function isPending(entry: Entry): boolean {
  if (entry.state === "waiting") return true;
  return (
    entry.state === "draft" &&
    entry.dirty &&
    !entry.theirs &&
    entry.elsewhere === null &&
    entry.refused !== printOf(entry)
  );
}
