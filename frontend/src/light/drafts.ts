/** Drafts of logs on this phone, by session: they outlive a bad network, a reload and an empty battery. */
export interface Draft {
  did: string;
  learned: string;
  next_steps: string;
}

export const EMPTY: Draft = { did: "", learned: "", next_steps: "" };
const PREFIX = "miaopu.log.";

export function keptDraft(session: string): Draft | null {
  try {
    const kept = localStorage.getItem(PREFIX + session);
    return kept ? { ...EMPTY, ...(JSON.parse(kept) as Partial<Draft>) } : null;
  } catch {
    return null;
  }
}

export function keepDraft(session: string, draft: Draft): void {
  try {
    localStorage.setItem(PREFIX + session, JSON.stringify(draft));
  } catch {
    // A full or forbidden store must not stop somebody from writing.
  }
}

export function dropDraft(session: string): void {
  localStorage.removeItem(PREFIX + session);
}
