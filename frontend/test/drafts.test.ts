import { beforeEach, expect, test } from "vitest";
import { keptAs } from "../src/light/record-about";
import { draftKey, draftsOf, eraseDrafts } from "../src/shared/drafts";
import { keptDraft } from "../src/shared/score-lines";

beforeEach(() => localStorage.clear());

test("signing out takes what one account typed, of every kind, and nothing of another's or of the device", () => {
  const own = [draftKey("sheet", "me", "slot"), draftKey("panel", "me", "work"), keptAs("me", "now")];
  const kept = [draftKey("sheet", "you", "slot"), keptAs("you", "now"), "miaopu.language", "miaopu.head.me"];
  for (const key of [...own, ...kept]) localStorage.setItem(key, '{"scores":{}}');
  expect(draftsOf("me").sort()).toEqual(own.sort());
  eraseDrafts("me");
  expect(Object.keys(localStorage).sort()).toEqual(kept.sort());
  expect(own.map((key) => keptDraft(key))).toEqual([null, null, null]);
});
