import { beforeEach, expect, test, vi } from "vitest";
import { connect, keep } from "../src/api";
import { sendDraft, sendLog, sendPhoto } from "../src/light/deliver";
import { begun, type Entry, printOf, queued, withPhotos, written } from "../src/light/entry";
import { pause } from "../src/light/sync";

const about = {
  session_id: "11111111-1111-1111-1111-111111111111",
  session_title: "组会",
  held_at: "",
  due_at: "",
};
const typed = written(begun(about, null, 0), "did", "测量三次", 1);
const waiting: Entry = withPhotos(queued(typed, "the-key", 2), [{ id: "p", name: "p.jpg", file: "f" }], 1);

let asked: Request[] = [];

/** The network answers each request with the next of these; an Error is a network that went away. */
function answers(...given: (Error | [number, object])[]): void {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (request) => {
    asked.push(request as Request);
    const next = given.shift();
    if (!next || next instanceof Error) throw next ?? new TypeError("no more answers");
    const headers = { "content-type": next[0] < 400 ? "application/json" : "application/problem+json" };
    return new Response(JSON.stringify(next[1]), { status: next[0], headers });
  });
}

beforeEach(() => {
  vi.restoreAllMocks();
  asked = [];
  keep({ access_token: "t" } as never);
  connect();
});

const receipt = {
  id: "l",
  state: "submitted",
  version: 2,
  receipt_number: "RZ1",
  submitted_at: "",
  late: false,
};

test("P11: a log goes out under the key of its press, the second time too, and comes back with its receipt", async () => {
  answers(new TypeError("gone"), [201, receipt]);
  await expect(sendLog(waiting)).rejects.toMatchObject({ status: 0 });
  const sent = (await sendLog(waiting))(waiting);
  expect(asked.map((one) => one.headers.get("Idempotency-Key"))).toEqual(["the-key", "the-key"]);
  const [first, second] = await Promise.all(asked.map((one) => one.text()));
  expect(second).toBe(first);
  expect(JSON.parse(first)).toMatchObject({ did: "测量三次", photos: ["f"], draft_version: 0, version: 0 });
  expect([sent.state, sent.receipt?.receipt_number]).toEqual(["sent", "RZ1"]);
});

test("P11: a server that is away or out of breath has not answered: the log goes on waiting", async () => {
  for (const status of [502, 503, 500, 429]) {
    answers([status, { code: "unavailable", title: "" }]);
    await expect(sendLog(waiting)).rejects.toMatchObject({ status });
  }
});

test("P11: a draft another device saved before comes back beside this one", async () => {
  const current = { version: 4, saved_at: null, photos: [], did: "那台" };
  answers([409, { code: "stale", title: "", current }]);
  const both = (await sendDraft(typed))(typed);
  expect([both.texts.did, both.theirs?.did]).toEqual(["测量三次", "那台"]);
});

test("P11: a refusal stands under its field, and the text is a draft again", async () => {
  const errors = [{ pointer: "/learned", code: "missing", message: "必填" }];
  answers([422, { code: "validation_failed", title: "填写的内容有误", errors }]);
  const back = (await sendLog(waiting))(waiting);
  expect([back.state, back.faults.learned, back.said]).toEqual(["draft", ["必填"], "填写的内容有误"]);
});

test("P11: a log that is with the mentor already is told with its receipt", async () => {
  answers([409, { code: "log_handed_in", title: "", log_id: "l", receipt_number: "RZ1" }]);
  const found = (await sendLog(waiting))(waiting);
  expect([found.state, found.elsewhere]).toEqual(["draft", "RZ1"]);
  answers([409, { code: "log_handed_in", title: "", log_id: "l", receipt_number: "RZ1" }]);
  const own = { ...waiting, handed: printOf(waiting) };
  expect((await sendLog(own))(own).state).toBe("sent");
});

test("P11: a photo goes out under its own key", async () => {
  const photo = { id: "photo-key", name: "p.jpg", file: null };
  answers([201, { id: "file", name: "p.jpg", size: 1, content_type: "image/jpeg", sha256: "" }]);
  const turned = (await sendPhoto(photo, new Blob(["x"], { type: "image/jpeg" })))({
    ...typed,
    photos: [photo],
  });
  expect(asked[0].headers.get("Idempotency-Key")).toBe("photo-key");
  expect(turned.photos[0].file).toBe("file");
});

test("P11: tries grow rarer, never rarer than a few minutes, and are spread", () => {
  expect([0, 1, 2, 3].map((n) => pause(n, 0.5))).toEqual([4_000, 8_000, 16_000, 32_000]);
  expect(pause(50, 0.5)).toBe(300_000);
  expect(pause(0, 0)).toBeLessThan(pause(0, 1));
});
