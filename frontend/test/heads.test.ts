import { expect, test } from "vitest";
import {
  bytes,
  consistent,
  countersign,
  countersigned,
  held,
  included,
  newKey,
  type Receipt,
  readNote,
  signedBy,
} from "../src/shared/heads";
// Made by the server's own code: tests/vectors.py.
import made from "./heads.json";

const receipt = made.receipt as Receipt;
const [log, unit] = receipt.keys as [(typeof receipt.keys)[0], (typeof receipt.keys)[0]];
const heads = new Map(made.heads.map(readNote).map((note) => [note.size, note]));
const head = (size: number) => heads.get(size) as ReturnType<typeof readNote>;

test("a receipt of the server holds, and none in which anything was changed", async () => {
  expect(await held(receipt, [log.public])).toEqual({
    commitment: true,
    leaf: true,
    head: true,
    signature: true,
  });
  const changes: [string, Partial<Receipt>][] = [
    ["commitment", { value: receipt.value.replace("77.50", "97.50") }],
    ["leaf", { index: 10 }],
    ["leaf", { path: receipt.path.slice(1) }],
    ["head", { size: 14 }],
    ["signature", { note: receipt.note.replace("made 2026", "made 2025") }],
  ];
  for (const [step, change] of changes) {
    expect(await held({ ...receipt, ...change }, [log.public]), step).toMatchObject({ [step]: false });
  }
  expect((await held(receipt, [unit.public])).signature).toBe(false);
});

test("each later head of the server begins with each earlier one, and no other does", async () => {
  expect(made.proofs).toHaveLength(6);
  for (const { old, new: now, path } of made.proofs) {
    expect(await consistent(head(old), head(now), path)).toBe(true);
    const forged = { ...head(old), root: bytes(log.public) };
    expect(await consistent(forged, head(now), path)).toBe(false);
    expect(await consistent(head(old), forged, path)).toBe(false);
    expect(await consistent(head(old), head(now), path.slice(1))).toBe(false);
  }
});

test("a leaf stands at its own place only", async () => {
  const leaf = bytes(receipt.salt);
  expect(await included(leaf, receipt.index, receipt.size, receipt.path, head(13).root)).toBe(false);
});

test("signatures of the installation and of units are told apart", async () => {
  expect(await signedBy(head(8), [log.public])).toBe(true);
  expect(await signedBy(head(8), [unit.public])).toBe(false);
  expect(await countersigned(head(8), receipt.keys)).toEqual([unit.name]);
  expect(await countersigned({ ...head(8), text: head(5).text }, receipt.keys)).toEqual([]);
});

test("the browser signs as the server's tool does, with a file of the server and with one of its own", async () => {
  const line = await countersign(head(13), unit, made.pem, made.time);
  expect(receipt.note.split("\n")).toContain(line);
  await expect(countersign(head(13), log, made.pem, made.time)).rejects.toThrow("another key");
  const own = await newKey();
  const key = { name: "miaopu.example/trail/imnu", public: own.public };
  const signed = await countersign(head(13), key, own.pem, made.time);
  const note = readNote(`${receipt.note.trimEnd()}\n${signed}\n`);
  expect(await countersigned(note, [...receipt.keys, key])).toEqual([unit.name, key.name]);
});

test("what is no head is not read as one", () => {
  for (const wrong of ["", "x", "a\n5\nAAAA\n", receipt.note.replace("\n13\n", "\n013\n")]) {
    expect(() => readNote(wrong)).toThrow();
  }
});
