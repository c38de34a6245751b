import { api, asProblem, byField, type DraftShown, ok } from "../api";
import {
  draftSaved,
  type Entry,
  foundHandedIn,
  handedIn,
  met,
  NO_TEXT,
  type Photo,
  printOf,
  refused,
  uploaded,
} from "./entry";
import { patience } from "./patience";

/** What happened, to be applied to the entry as it stands by then. Throws what is no answer: no network, no session. */
export type Turn = (entry: Entry) => Entry;

/** Send one photo, under its own key. */
export async function sendPhoto(photo: Photo, blob: Blob): Promise<Turn> {
  try {
    const file = new File([blob], photo.name, { type: blob.type });
    const headers = { "Idempotency-Key": photo.id };
    const kept = await ok(api.filesUpload({ body: { file }, headers, ...patience() }));
    return (entry) => uploaded(entry, photo.id, kept.id);
  } catch (wrong) {
    const problem = answered(wrong);
    return (entry) => refused(entry, problem.message, { photos: [problem.detail || problem.message] });
  }
}

const photosOf = (entry: Entry) => entry.photos.flatMap(({ file }) => (file ? [file] : []));

export async function sendDraft(entry: Entry): Promise<Turn> {
  const print = printOf(entry);
  try {
    const { version, texts } = entry;
    const body = { ...texts, version, photos: photosOf(entry) };
    const saved = await ok(
      api.growthLogsSaveDraft({ path: { session_id: entry.session }, body, ...patience() }),
    );
    return (now) => draftSaved(now, print, saved.version);
  } catch (wrong) {
    return settled(wrong, entry.handed);
  }
}

export async function sendLog(entry: Entry): Promise<Turn> {
  const { session, texts, version, log_version, key } = entry;
  const body = {
    session_id: session,
    ...texts,
    photos: photosOf(entry),
    version: log_version,
    draft_version: version,
  };
  try {
    const headers = { "Idempotency-Key": key };
    const receipt = await ok(api.growthLogsCreate({ body, headers, ...patience() }));
    return (now) => handedIn(now, receipt);
  } catch (wrong) {
    return settled(wrong, entry.handed);
  }
}

/** The problem, where the server has really answered; else it is thrown: nobody knows, and it is sent again. */
function answered(wrong: unknown) {
  const problem = asProblem(wrong);
  if (problem.unanswered || [401, 408, 429, 500].includes(problem.status)) throw problem;
  return problem;
}

function settled(wrong: unknown, lost: string | null): Turn {
  const problem = answered(wrong);
  const { code, extras } = problem;
  if (code === "stale") {
    const shown = (extras.current as DraftShown | null | undefined) ?? null;
    return (entry) => ({ ...met(entry, shown, entry.log_version), tried: null, handed: null });
  }
  if (code === "log_handed_in")
    return (entry) => foundHandedIn(entry, lost, String(extras.log_id), String(extras.receipt_number));
  const { found, rest } = byField(problem, [...Object.keys(NO_TEXT), "photos"]);
  return (entry) => refused(entry, rest[0]?.message ?? problem.message, found);
}
