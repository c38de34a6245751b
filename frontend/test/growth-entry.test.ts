import { expect, test } from "vitest";
import type { Asked, DraftShown } from "../src/api";
import {
  begun,
  chosen,
  draftSaved,
  type Entry,
  foundHandedIn,
  handedIn,
  isPending,
  lacking,
  met,
  NO_TEXT,
  printOf,
  queued,
  refused,
  takenBack,
  uploaded,
  withPhotos,
  written,
} from "../src/light/entry";

const about = { session_id: "s", session_title: "组会", held_at: "", due_at: "" };
const asked: Asked = {
  fields: ["heard", "did", "learned", "next_steps"],
  one_of: ["heard", "did"],
  required: ["learned"],
  photos: 3,
};
const empty = begun(about, null, 0);
const typed = written(empty, "did", "测量三次", 1);

function shown(version: number, texts: Partial<DraftShown>): DraftShown {
  return { ...NO_TEXT, version, saved_at: null, photos: [], ...texts };
}

/** As after a saved draft and more typing. */
function ahead(version: number, text: string): Entry {
  const saved = draftSaved(typed, printOf(typed), version);
  return written(saved, "did", text, 2);
}

test("P11: what was typed is to be sent, and is not once it was saved", () => {
  expect(isPending(empty)).toBe(false);
  expect(isPending(typed)).toBe(true);
  expect(isPending(draftSaved(typed, printOf(typed), 1))).toBe(false);
});

test("P11: what was typed while the draft was on its way is still to be sent", () => {
  const print = printOf(typed);
  const more = written(typed, "did", "测量三次，记录温度", 2);
  const saved = draftSaved(more, print, 1);
  expect(saved.version).toBe(1);
  expect(isPending(saved)).toBe(true);
});

test("P11: another device's draft is taken over where nothing was written here", () => {
  const took = met(empty, shown(3, { did: "第一台", photos: [{ id: "f", name: "p.jpg" }] }), 0);
  expect(took.texts.did).toBe("第一台");
  expect(took.photos).toEqual([{ id: "f", name: "p.jpg", file: "f" }]);
  expect(took.theirs).toBeNull();
  expect(isPending(took)).toBe(false);
});

test("P11: where both devices went on the person chooses, and until then neither is sent nor lost", () => {
  const both = met(typed, shown(3, { did: "第一台" }), 0);
  expect(both.texts.did).toBe("测量三次");
  expect(both.theirs?.did).toBe("第一台");
  expect(isPending(both)).toBe(false);

  const mine = chosen(both, "mine", 5);
  expect([mine.texts.did, mine.version, isPending(mine)]).toEqual(["测量三次", 3, true]);
  const theirs = chosen(both, "theirs", 5);
  expect([theirs.texts.did, theirs.version, isPending(theirs)]).toEqual(["第一台", 3, false]);
  const joined = chosen(both, "both", 5);
  expect([joined.texts.did, joined.version, isPending(joined)]).toEqual(["测量三次\n第一台", 3, true]);
});

test("P11: joining says nothing twice and keeps each photo once", () => {
  const own = withPhotos(typed, [{ id: "a", name: "a.jpg", file: "a" }], 1);
  const theirs = shown(2, {
    did: "测量三次，记录温度",
    photos: [
      { id: "a", name: "a.jpg" },
      { id: "b", name: "b.jpg" },
    ],
  });
  const joined = chosen(met(own, theirs, 0), "both", 2);
  expect(joined.texts.did).toBe("测量三次，记录温度");
  expect(joined.photos.map((p) => p.file)).toEqual(["a", "b"]);
});

test("P11: the same text on both devices is no choice to make, whatever blanks surround it", () => {
  const same = met(written(typed, "did", "测量三次 \n", 2), shown(2, { did: "测量三次" }), 0);
  expect([same.theirs, same.version, isPending(same)]).toEqual([null, 2, false]);
});

test("P11: a draft that was saved but whose answer was lost is no other device's", () => {
  const tried = { ...typed, tried: printOf(typed) };
  const more = written(tried, "did", "测量三次，又写了一句", 2);
  const after = met(more, shown(1, { did: "测量三次" }), 0);
  expect([after.theirs, after.version, isPending(after)]).toEqual([null, 1, true]);
  expect(after.texts.did).toBe("测量三次，又写了一句");
});

test("P11: a log that waits comes back as a draft when another device saved something else", () => {
  const waiting = queued(ahead(1, "这台"), "k", 3);
  const stopped = met(waiting, shown(2, { did: "那台" }), 0);
  expect([stopped.state, stopped.key, stopped.theirs?.did]).toEqual(["draft", "", "那台"]);
});

test("P11: a returned log that changed on the server meanwhile is not written over", () => {
  const log = shown(0, { did: "原文" });
  const taken = written(begun(about, log, 4), "did", "改过", 1);
  expect(met(taken, log, 4).theirs).toBeNull();
  expect(met(taken, shown(0, { did: "电脑上改的" }), 5).theirs?.did).toBe("电脑上改的");
});

test("P11: a press makes one key, and a new press after taking back another", () => {
  const once = queued(typed, "first", 2);
  expect([once.state, once.key, isPending(once)]).toEqual(["waiting", "first", true]);
  const back = takenBack(once);
  expect([back.state, back.key]).toEqual(["draft", ""]);
  expect(queued(back, "second", 3).key).toBe("second");
});

test("P11: what the server refused is not sent again until it was changed", () => {
  const no = refused(queued(typed, "k", 1), "填写的内容有误", { learned: ["必填"] });
  expect([no.state, no.said, no.faults.learned]).toEqual(["draft", "填写的内容有误", ["必填"]]);
  expect(isPending(no)).toBe(false);
  const again = written(no, "learned", "误差", 2);
  expect(isPending(again)).toBe(true);
  expect(again.faults).toEqual({});
});

test("P11: a log found handed in is this one where its own answer was lost, else another device's", () => {
  const lost = printOf(typed);
  const waiting = queued(typed, "k", 1);
  const own = foundHandedIn(takenBack(waiting), lost, "id", "RZ202400001");
  expect([own.state, own.receipt?.receipt_number]).toEqual(["sent", "RZ202400001"]);
  const other = foundHandedIn(written(takenBack(waiting), "did", "别的", 2), lost, "id", "RZ202400001");
  expect([other.state, other.elsewhere, other.texts.did]).toEqual(["draft", "RZ202400001", "别的"]);
  expect(isPending(other)).toBe(false);
});

test("P11: the receipt stands with the log", () => {
  const sent = handedIn(queued(typed, "k", 1), {
    id: "l",
    state: "submitted",
    version: 2,
    receipt_number: "RZ202400001",
    submitted_at: "2024-03-10T04:00:00Z",
    late: false,
  });
  expect([sent.state, sent.receipt?.receipt_number, isPending(sent)]).toEqual(["sent", "RZ202400001", false]);
});

test("P11: which fields say too little is the plan's to say", () => {
  expect(lacking(empty, asked)).toEqual(["heard", "did", "learned"]);
  expect(lacking(typed, asked)).toEqual(["learned"]);
  expect(lacking(written(typed, "learned", "误差", 2), asked)).toEqual([]);
  expect(lacking(written(empty, "learned", " ", 2), { ...asked, one_of: [] })).toEqual(["learned"]);
});

test("P11: a photo is known by its own name until the server has one for it", () => {
  const with_photo = withPhotos(typed, [{ id: "a", name: "a.jpg", file: null }], 2);
  expect(printOf(uploaded(with_photo, "a", "f"))).not.toBe(printOf(with_photo));
  expect(uploaded(with_photo, "a", "f").photos[0].file).toBe("f");
});
