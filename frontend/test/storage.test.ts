import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "generated" ? [] : sources(path);
    return /\.(tsx?|m?js|html)$/.test(entry.name) ? [path] : [];
  });
}

/** What may stay in a browser, and where it is put there: drafts, a language, who was here. Never a token. */
const KEPT: Record<string, string> = {
  "src/rooms/annual/sheet.tsx": "key, JSON.stringify(draft)",
  "src/rooms/heads/sign.ts": "keptAt(key), kept",
  "src/rooms/interviews/sheet.tsx": "key, JSON.stringify(next)",
  "src/words/say.ts": "KEPT, language",
  "src/light/account.ts": 'KEPT, JSON.stringify(account) | LEFT, "1"',
  "src/light/record.tsx": "key, JSON.stringify(next)",
};
const WRITES = /(?:localStorage|sessionStorage)\??\.setItem\((.*)\);/g;
const ELSEWHERE = /\bsessionStorage\b|document\.cookie|(?:localStorage|sessionStorage)\s*\[|cookieStore/;
const DATABASE = "src/shared/phone-store.ts";
/** A secret in an address is in histories, logs and referrers. */
const IN_ADDRESS =
  /[?&#](?:access_token|refresh_token|id_token|token)=|searchParams\.(?:set|append)\(["'`][^"'`]*token/i;

const texts = ["src", "m", "public"]
  .flatMap((folder) => sources(join(root, folder)))
  .map((path) => ({ path: relative(root, path), text: readFileSync(path, "utf-8") }));

describe("what the pages keep", () => {
  it("finds the sources at all", () => {
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.some(({ text }) => text.includes("access_token"))).toBe(true);
  });

  it("writes to the browser's storage only what is listed", () => {
    const found: Record<string, string> = {};
    for (const { path, text } of texts) {
      const written = [...text.matchAll(WRITES)].map((match) => match[1]);
      if (written.length > 0) found[path] = written.join(" | ");
      // Every mention of writing is one that the pattern above reads.
      expect(text.split(".setItem").length - 1, path).toBe(written.length);
    }
    expect(found).toEqual(KEPT);
  });

  it("keeps nothing in cookies or for a session, and opens one database", () => {
    expect(texts.filter(({ text }) => ELSEWHERE.test(text)).map(({ path }) => path)).toEqual([]);
    expect(texts.filter(({ text }) => text.includes("indexedDB")).map(({ path }) => path)).toEqual([
      DATABASE,
    ]);
    const store = texts.find(({ path }) => path === DATABASE)?.text ?? "";
    expect(store).not.toMatch(/access_?token|refresh_?token|password/i);
  });

  it("puts no token into an address", () => {
    expect(texts.filter(({ text }) => IN_ADDRESS.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
