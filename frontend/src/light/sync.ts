import { useSyncExternalStore } from "react";
import { accessToken, api, asProblem, forget, type Mine, ok, refresh, roleOfToken } from "../api";
import { askAccount, finishSigningOut, isSomebodyElse } from "./account";
import { sendDraft, sendLog, sendPhoto, type Turn } from "./deliver";
import { type Entry, isPending, printOf, refused } from "./entry";
import { blobOf, closeBook, keepMine, keepPhone, keepProgress, openBook, takeBook, update } from "./notebook";
import { patience } from "./patience";

/**
 * The outbox: what waits goes out when the network is back, in the order it was handed in, once. The page's own events
 * drive it (Background Sync is missing in Safari and Firefox), and an interval that grows while nothing gets through.
 */
export interface SyncState {
  net: "unknown" | "there" | "away";
  /** The session has run out: what is written stays here, and the password is asked for. */
  out: boolean;
  /** The session that is being sent just now. */
  sending: string;
  /** What the server said where nothing could be read at all. */
  said: string;
}

let state: SyncState = { net: "unknown", out: false, sending: "", said: "" };
const listeners = new Set<() => void>();

function turn(change: Partial<SyncState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

export function useSync(): SyncState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

const FIRST = 4_000;
const LAST = 5 * 60_000;

/** Milliseconds to the next try after so many failures, spread so that a school's phones do not come all at once. */
export function pause(failures: number, lot = Math.random()): number {
  return Math.min(LAST, FIRST * 2 ** failures) * (0.75 + lot / 2);
}

let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

function later(wait: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void work(), wait);
}

// What stands on the server is read again when somebody looks, not after every saved sentence.
let looks = true;

/** Something was written: it goes out after a short rest of the hands. */
export function soon(): void {
  if (failures === 0) later(FIRST);
}

/** Something was handed in, or the network may be back: now. */
export function atOnce(): Promise<void> {
  failures = 0;
  looks = true;
  return work();
}

let working: Promise<void> | null = null;
let again = false;

/** Send what waits, then read what stands. One at a time, also over the tabs of this phone. */
function work(): Promise<void> {
  if (working) {
    again = true;
    return working;
  }
  clearTimeout(timer);
  const alone = () => run().then(ended, failed);
  working = (navigator.locks ? navigator.locks.request("miaopu.m.outbox", alone) : alone()).finally(() => {
    working = null;
    turn({ sending: "" });
    if (again) {
      again = false;
      void work();
    }
  });
  return working;
}

async function run(): Promise<void> {
  if (navigator.onLine === false) throw new TypeError("offline");
  if (await finishSigningOut()) return turn({ out: true });
  if (!accessToken() && !(await refresh())) return forget();
  turn({ out: false });
  const before = openBook();
  // A phone that knows nothing yet asks both at once: who this is, and what there is to write (students alone do).
  const early =
    before || roleOfToken() !== "student" ? null : ok(api.growthLogsMine(patience())).catch(() => null);
  if (!before || isSomebodyElse(before.account)) {
    if (before) closeBook();
    await takeBook(await askAccount());
  }
  const account = openBook()?.account;
  if (!account) return;
  if (looks) void readPhone(account.id);
  if (!account.writes) {
    looks = false;
    return;
  }
  const sent = await flush(account.id);
  const settled = openBook();
  if (!looks && ![...(settled?.entries.values() ?? [])].some(needsLook)) return;
  await read(account.id, sent === 0 ? early : null);
  looks = false;
}

/** Handed in here or elsewhere, or still waiting though a network was there: the server is asked what stands. */
function needsLook({ state, elsewhere, session }: Entry): boolean {
  if (state !== "draft") return true;
  return elsewhere !== null && !openBook()?.mine?.logs.some((log) => log.session_id === session);
}

function ended(): void {
  failures = 0;
  const waits = [...(openBook()?.entries.values() ?? [])].some(isPending);
  turn({ net: "there", said: "" });
  if (waits && !state.out) later(FIRST);
}

function failed(wrong: unknown): void {
  const problem = asProblem(wrong);
  // A 401 has already been told by `forget`.
  turn({ net: problem.unanswered ? "away" : "there", said: problem.status === 401 ? "" : problem.message });
  if (problem.status !== 401) later(pause(failures++));
}

async function flush(account: string): Promise<number> {
  const pending = () =>
    [...(openBook()?.entries.values() ?? [])]
      .filter(isPending)
      .sort((one, other) => order(one) - order(other));
  const done = new Set<string>();
  for (let next = pending()[0]; next; next = pending().find((entry) => !done.has(entry.session))!) {
    done.add(next.session);
    turn({ sending: next.session });
    await deliver(account, next.session);
  }
  return done.size;
}

// Logs before drafts, each in the order of the hands.
const order = (entry: Entry) => (entry.state === "waiting" ? entry.queued_at : Number.MAX_SAFE_INTEGER);

async function deliver(account: string, session: string): Promise<void> {
  const now = () => openBook()?.entries.get(session);
  // Whatever comes back belongs to the account that sent it.
  const apply = (turned: Turn) => {
    if (openBook()?.account.id === account) update(session, turned);
  };
  for (const photo of now()?.photos ?? []) {
    if (photo.file) continue;
    const blob = await blobOf(photo.id);
    apply(blob ? await sendPhoto(photo, blob) : (entry) => refused(entry, "", { photos: ["photo_lost"] }));
  }
  const entry = now();
  if (!entry || !isPending(entry)) return;
  const print = printOf(entry);
  if (entry.state === "waiting") {
    apply((kept) => ({ ...kept, handed: print }));
    apply(await sendLog(entry));
  } else {
    apply((kept) => ({ ...kept, tried: print }));
    apply(await sendDraft(entry));
  }
}

async function read(account: string, early: Promise<Mine | null> | null): Promise<void> {
  const still = () => openBook()?.account.id === account && !isSomebodyElse(openBook()!.account);
  const mine = (await early) ?? (await ok(api.growthLogsMine(patience())));
  if (!still()) return;
  keepMine(mine);
  if (!mine.enrolment_id) return;
  try {
    const path = { enrolment_id: mine.enrolment_id };
    const progress = await ok(api.enrolmentsProgress({ path, ...patience() }));
    if (still()) keepProgress(progress);
  } catch (wrong) {
    // Before the training has begun there is nothing to count.
    if (asProblem(wrong).status !== 409) throw wrong;
  }
}

/** Meetings and students; what is not known yet is simply not shown. */
async function readPhone(account: string): Promise<void> {
  const phone = await ok(api.phoneGet(patience())).catch(() => null);
  if (phone && openBook()?.account.id === account) keepPhone(phone);
}

/** The page's events that may mean the network is back. */
export function listen(): void {
  const now = () => void atOnce();
  addEventListener("online", now);
  // A page that comes back from the browser's memory; a new one begins by itself.
  addEventListener("pageshow", (event) => event.persisted && now());
  addEventListener("offline", () => turn({ net: "away" }));
  // On the way out, too: the last words leave while there is a network.
  document.addEventListener("visibilitychange", () => (document.hidden ? void work() : now()));
}

export function sessionEnded(): void {
  turn({ out: true });
}

export function sessionBegun(): Promise<void> {
  turn({ out: false });
  return atOnce();
}
