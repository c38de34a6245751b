/** Heads of the trail and receipts, checked on the reader's own device (RFC 9162, 2.1; C2SP notes): nothing is sent. */

const DASH = "— ";
const LOG = 1;
const WITNESS = 4;
const TIME = 8;
const SIGNATURE = 64;

type Bytes = Uint8Array<ArrayBuffer>;
export type Signed = { name: string; keyId: Bytes; raw: Bytes };
export type Note = { text: string; origin: string; size: number; root: Bytes; signed: Signed[] };
export type NamedKey = { name: string; public: string };
export type Receipt = {
  form: string;
  kind: string;
  value: string;
  salt: string;
  commitment: string;
  entry: string;
  index: number;
  size: number;
  path: string[];
  note: string;
  keys: NamedKey[];
};

export const bytes = (text: string): Bytes => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
export const base64 = (raw: Bytes) => btoa(String.fromCharCode(...raw));
export const hex = (raw: Bytes) => [...raw].map((one) => one.toString(16).padStart(2, "0")).join("");
const utf8 = (text: string): Bytes => new Uint8Array(new TextEncoder().encode(text));
const same = (one: Bytes, other: Bytes) => hex(one) === hex(other);

function joined(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function sha256(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

const node = (left: Bytes, right: Bytes) => sha256(Uint8Array.of(1), left, right);
const half = (value: number) => Math.floor(value / 2);

/** One signed head. Throws for what is none. */
export function readNote(given: string): Note {
  const [body = "", below = ""] = given.replaceAll("\r\n", "\n").split("\n\n", 2);
  const [origin = "", size = "", root = ""] = body.split("\n");
  const lines = below.split("\n").filter(Boolean);
  if (!/^[1-9]\d*$/.test(size) || !lines.length || !lines.every((line) => line.startsWith(DASH))) {
    throw new Error("not a signed head");
  }
  return { text: `${body}\n`, origin, size: Number(size), root: bytes(root), signed: lines.map(readLine) };
}

function readLine(line: string): Signed {
  const gap = line.lastIndexOf(" ");
  const raw = bytes(line.slice(gap + 1));
  return { name: line.slice(DASH.length, gap), keyId: raw.slice(0, 4), raw: raw.slice(4) };
}

async function keyIdOf(name: string, key: Bytes, kind: number): Promise<Bytes> {
  return (await sha256(utf8(`${name}\n`), Uint8Array.of(kind), key)).slice(0, 4);
}

/** Whether a line is a true signature of the text by this key, the installation's or a unit's. */
export async function holds(text: string, line: Signed, key: Bytes): Promise<boolean> {
  const witness = line.raw.length === TIME + SIGNATURE;
  if (!witness && line.raw.length !== SIGNATURE) return false;
  if (!same(line.keyId, await keyIdOf(line.name, key, witness ? WITNESS : LOG))) return false;
  const said = witness ? witnessed(text, secondsOf(line.raw)) : utf8(text);
  const signature = joined(witness ? line.raw.slice(TIME) : line.raw);
  const made = await crypto.subtle.importKey("raw", joined(key), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", made, signature, joined(said));
}

const witnessed = (text: string, seconds: number) => utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
const secondsOf = (raw: Bytes) => raw.slice(0, TIME).reduce((sum, one) => sum * 256 + one, 0);

/** Whether one of the keys signed the head for its installation. */
export async function signedBy(note: Note, keys: string[]): Promise<boolean> {
  for (const line of note.signed.filter((one) => one.name === note.origin)) {
    for (const key of keys) if (await holds(note.text, line, bytes(key))) return true;
  }
  return false;
}

/** The names of those whose countersignatures are true. */
export async function countersigned(note: Note, keys: NamedKey[]): Promise<string[]> {
  const found: string[] = [];
  for (const line of note.signed.filter((one) => one.name !== note.origin)) {
    for (const key of keys.filter((one) => one.name === line.name)) {
      if (await holds(note.text, line, bytes(key.public))) found.push(line.name);
    }
  }
  return found;
}

/** Whether a leaf (a hash) stands at its place in a tree (2.1.3.2). */
export async function included(leaf: Bytes, index: number, size: number, path: string[], root: Bytes) {
  if (index < 0 || index >= size) return false;
  let [at, last, found] = [index, size - 1, leaf];
  for (const one of path.map(bytes)) {
    if (last === 0) return false;
    if (at % 2 || at === last) {
      found = await node(one, found);
      while (at % 2 === 0 && at > 0) [at, last] = [half(at), half(last)];
    } else {
      found = await node(found, one);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && same(found, root);
}

/** Whether a newer tree begins with all of an older one (2.1.4.2). */
export async function consistent(old: Note, now: Note, path: string[]): Promise<boolean> {
  if (old.origin !== now.origin || old.size > now.size) return false;
  if (old.size === now.size) return path.length === 0 && same(old.root, now.root);
  const nodes = path.map(bytes);
  // A whole tree is its own first node.
  if (Number.isInteger(Math.log2(old.size))) nodes.unshift(old.root);
  const [first, ...rest] = nodes;
  if (!first) return false;
  let [at, last] = [old.size - 1, now.size - 1];
  while (at % 2) [at, last] = [half(at), half(last)];
  let [before, after] = [first, first];
  for (const one of rest) {
    if (last === 0) return false;
    if (at % 2 || at === last) {
      [before, after] = [await node(one, before), await node(one, after)];
      while (at % 2 === 0 && at > 0) [at, last] = [half(at), half(last)];
    } else {
      after = await node(after, one);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && same(before, old.root) && same(after, now.root);
}

export type Step = "commitment" | "leaf" | "head" | "signature";

/** What holds of a receipt, step by step; `keys` are the installation's, from where the reader trusts. */
export async function held(receipt: Receipt, keys: string[]): Promise<Record<Step, boolean>> {
  const note = readNote(receipt.note);
  const digest = await sha256(bytes(receipt.salt), utf8(receipt.value));
  const leaf = await sha256(Uint8Array.of(0), bytes(receipt.entry), digest);
  return {
    commitment: hex(digest) === receipt.commitment,
    leaf: await included(leaf, receipt.index, receipt.size, receipt.path, note.root),
    head: note.size === receipt.size,
    signature: await signedBy(note, keys),
  };
}

/** What a receipt says, for reading; the hashed text itself is `Receipt.value` (`registrations.commitments`). */
export type Facts = {
  kind: "choices" | "mark";
  registration: string;
  at: string;
  choices?: { rank: number; mentor: string; university: string }[];
  mark?: string | null;
  absent?: boolean;
};

/** The facts in a receipt's text; null for a text that is not as the platform writes it. */
export function factsOf(value: string): Facts | null {
  try {
    const said = JSON.parse(value) as Facts;
    const known = said.kind === "mark" || (said.kind === "choices" && Array.isArray(said.choices));
    return known && typeof said.registration === "string" && !Number.isNaN(Date.parse(said.at)) ? said : null;
  } catch {
    return null;
  }
}

const PEM = "PRIVATE KEY-----";

/** A new key of a unit: the private half as a file's text (PKCS #8), the public half for registering. */
export async function newKey(): Promise<{ pem: string; public: string }> {
  const made = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const secret = base64(new Uint8Array(await crypto.subtle.exportKey("pkcs8", made.privateKey)));
  const open = base64(new Uint8Array(await crypto.subtle.exportKey("raw", made.publicKey)));
  return { pem: `-----BEGIN ${PEM}\n${secret}\n-----END ${PEM}\n`, public: open };
}

/** The line by which a unit countersigns a head; the private key is used here and goes nowhere. */
export async function countersign(note: Note, key: NamedKey, pem: string, seconds: number): Promise<string> {
  const secret = bytes(pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, ""));
  const made = await crypto.subtle.importKey("pkcs8", joined(secret), "Ed25519", false, ["sign"]);
  const time = new Uint8Array(TIME);
  new DataView(time.buffer).setBigUint64(0, BigInt(seconds));
  const signed = await crypto.subtle.sign("Ed25519", made, joined(witnessed(note.text, seconds)));
  const raw = joined(time, new Uint8Array(signed));
  const line = { name: key.name, keyId: await keyIdOf(key.name, bytes(key.public), WITNESS), raw };
  if (!(await holds(note.text, line, bytes(key.public)))) throw new Error("another key");
  return `${DASH}${key.name} ${base64(joined(line.keyId, raw))}`;
}
