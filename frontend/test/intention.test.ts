import { expect, test } from "vitest";
import { Intention } from "../src/api/intention";

test("a second press after a lost answer sends the same key", () => {
  const wish = new Intention();
  const first = wish.headers({ did: "a" });
  expect(wish.headers({ did: "a" })).toEqual(first);
});

test("a changed form and a new wish after an answer get new keys", () => {
  const wish = new Intention();
  const first = wish.headers({ did: "a" })["Idempotency-Key"];
  const changed = wish.headers({ did: "b" })["Idempotency-Key"];
  expect(changed).not.toBe(first);
  wish.settled();
  expect(wish.headers({ did: "b" })["Idempotency-Key"]).not.toBe(changed);
});
