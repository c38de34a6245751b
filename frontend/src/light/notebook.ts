import { useSyncExternalStore } from "react";
import type { Mine, Phone, ProgressShown } from "../api";
import { openStore, type Store } from "../shared/phone-store";
import type { Account } from "./account";
import { begun, type Entry, isEmpty, met } from "./entry";

/** What is open on this phone: one account's entries and the last answers of the server. Pages read it, `sync` fills it. */
export interface Notebook {
  account: Account;
  store: Store<Entry> | null;
  entries: ReadonlyMap<string, Entry>;
  mine: Mine | null;
  progress: ProgressShown | null;
  phone: Phone | null;
  /** Milliseconds that the server's clock is ahead of this phone's. */
  shift: number;
  /** Nothing can be kept on this phone (a private window, a full disk). */
  unkept: boolean;
}

let book: Notebook | null = null;
const listeners = new Set<() => void>();
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("miaopu.m") : null;

export const openBook = (): Notebook | null => book;

function turn(next: Notebook | null): void {
  book = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useNotebook(): Notebook | null {
  return useSyncExternalStore(subscribe, openBook);
}

export async function takeBook(account: Account): Promise<void> {
  if (book?.account.id === account.id) return turn({ ...book, account });
  closeBook();
  let store: Store<Entry> | null = null;
  let entries: Entry[] = [];
  let mine: Mine | undefined;
  let progress: ProgressShown | undefined;
  let phone: Phone | undefined;
  let shift: number | undefined;
  try {
    store = await openStore<Entry>(account.id);
    [entries, mine, progress, phone, shift] = await Promise.all([
      store.entries(),
      store.answer<Mine>("mine"),
      store.answer<ProgressShown>("progress"),
      store.answer<Phone>("phone"),
      store.answer<number>("shift"),
    ]);
  } catch {
    // Writing and sending still work; only leaving the page would lose something, and the page says so.
  }
  turn({
    account,
    store,
    entries: new Map(entries.map((entry) => [entry.session, entry])),
    mine: mine ?? null,
    progress: progress ?? null,
    phone: phone ?? null,
    shift: shift ?? 0,
    unkept: store === null,
  });
}

export function closeBook(): void {
  book?.store?.close();
  blobs.clear();
  turn(null);
}

function unkept(): void {
  if (book) turn({ ...book, unkept: true });
}

/** Keep an entry: on the page at once, on the phone as soon as it can. */
export function put(entry: Entry): void {
  if (!book) return;
  turn({ ...book, entries: new Map(book.entries).set(entry.session, entry) });
  book.store?.keep(entry).then(() => tabs?.postMessage(entry.session), unkept);
}

/** Change the entry as it now stands; nothing happens where it is gone. */
export function update(session: string, change: (entry: Entry) => Entry): Entry | null {
  const entry = book?.entries.get(session);
  if (!entry) return null;
  const next = change(entry);
  if (next !== entry) put(next);
  return next;
}

export function drop(session: string): void {
  if (!book) return;
  const entries = new Map(book.entries);
  for (const photo of entries.get(session)?.photos ?? []) dropBlob(photo.id);
  entries.delete(session);
  turn({ ...book, entries });
  void book.store?.drop(session);
}

// Pictures of this visit, also where nothing can be kept.
const blobs = new Map<string, Blob>();

export async function blobOf(id: string): Promise<Blob | undefined> {
  const found = blobs.get(id) ?? (await book?.store?.photo(id));
  if (found) blobs.set(id, found);
  return found;
}

/** On the phone before it is on the page. */
export async function keepBlob(id: string, blob: Blob): Promise<void> {
  blobs.set(id, blob);
  await book?.store?.keepPhoto(id, blob).catch(unkept);
}

export function dropBlob(id: string): void {
  blobs.delete(id);
  void book?.store?.dropPhoto(id);
}

/** The server's answers: kept for the next time without a network, and every entry meets what stands there. */
export function keepMine(mine: Mine): void {
  if (!book) return;
  const shift = Date.parse(mine.now) - Date.now();
  turn({ ...book, mine, shift });
  void book.store?.keepAnswer("mine", mine).catch(unkept);
  void book.store?.keepAnswer("shift", shift).catch(unkept);
  for (const entry of [...book.entries.values()]) meet(entry, mine);
}

function meet(entry: Entry, mine: Mine): void {
  // Its own request is on the way: the answer to that is what counts.
  if (entry.state === "waiting" && entry.handed !== null) return;
  const due = mine.due.find((line) => line.session_id === entry.session);
  const log = mine.logs.find((line) => line.session_id === entry.session);
  if (due) {
    if (entry.state !== "sent") update(entry.session, (now) => met(now, due.draft, 0));
  } else if (log?.state === "returned" && entry.state !== "sent") {
    update(entry.session, (now) => met(now, log.draft, log.version));
  } else if (log && (entry.state === "sent" || !entry.dirty || isEmpty(entry))) {
    drop(entry.session);
  } else if (log) {
    update(entry.session, (now) => ({ ...now, state: "draft", elsewhere: log.receipt_number ?? "" }));
  }
}

export function keepPhone(phone: Phone): void {
  if (!book) return;
  const shift = Date.parse(phone.now) - Date.now();
  turn({ ...book, phone, shift });
  void book.store?.keepAnswer("phone", phone).catch(unkept);
}

export function keepProgress(progress: ProgressShown): void {
  if (!book) return;
  turn({ ...book, progress });
  void book.store?.keepAnswer("progress", progress).catch(unkept);
}

/** The entry of a session: as it is kept here, else begun from what the server knows; null for an unknown session. */
export function entryOf({ entries, mine }: Notebook, session: string): Entry | null {
  const kept = entries.get(session);
  if (kept) return kept;
  const due = mine?.due.find((line) => line.session_id === session);
  if (due) return begun(due, due.draft, 0);
  const log = mine?.logs.find((line) => line.session_id === session && line.state === "returned");
  return log ? begun(log, log.draft, log.version) : null;
}

/** Another tab wrote: take what it kept. */
export function followTabs(): void {
  tabs?.addEventListener("message", async ({ data }) => {
    const kept = (await book?.store?.entries())?.find((entry) => entry.session === data);
    if (book && kept && kept.changed_at >= (book.entries.get(kept.session)?.changed_at ?? 0))
      turn({ ...book, entries: new Map(book.entries).set(kept.session, kept) });
  });
}
