import { api, type CountersignerShown, ok } from "../../api";
import { handOver } from "../../shared/download";
import { consistent, countersign, readNote, signedBy } from "../../shared/heads";

/** Where this device keeps the last head that was signed with a key. */
const keptAt = (key: CountersignerShown) => `miaopu.head.${key.public}`;

/**
 * Countersign the newest head, unless it contradicts the last one signed here; what was signed is kept and handed over.
 * Answers the head's size, or the name of the words that say why nothing was signed.
 */
export async function signNewest(
  key: CountersignerShown,
  pem: string,
): Promise<{ size: number } | "signRefused" | "wrongKey" | "keptUnsigned"> {
  const keys = (await ok(api.publicTrailKeys())).keys.map((one) => one.public);
  const shown = await ok(api.publicTrailHead({ path: { size: 0 } }));
  const note = readNote(shown.note);
  if (!(await signedBy(note, keys))) return "keptUnsigned";
  const before = localStorage.getItem(keptAt(key));
  if (before && !(await follows(before, shown.note))) return "signRefused";
  let line: string;
  try {
    line = await countersign(note, key, pem, Math.floor(Date.now() / 1000));
  } catch {
    return "wrongKey";
  }
  await ok(api.publicTrailCountersign({ path: { size: note.size }, body: { line } }));
  const kept = `${shown.note.trimEnd()}\n${line}\n`;
  localStorage.setItem(keptAt(key), kept);
  handOver(new Blob([kept], { type: "text/plain" }), `head-${note.size}.txt`);
  return { size: note.size };
}

async function follows(before: string, now: string): Promise<boolean> {
  const [old, next] = [readNote(before), readNote(now)];
  if (old.size >= next.size) return consistent(old, next, []);
  const answer = await api.publicTrailConsistency({ query: { old: old.size, new: next.size } });
  if (answer.response?.status === 404) return false;
  return consistent(old, next, (await ok(Promise.resolve(answer))).path);
}
