// The seams between folders: rooms never import rooms, shared never imports rooms, api and words import neither,
// and the light pages stay free of the desk's parts. The rules follow from the folder list; nothing is listed by hand.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

const root = resolve(import.meta.dirname, "../src");

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "generated" ? [] : files(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** `api`, `words`, `shared`, `desk`, `light` or `rooms/<name>`. */
function part(path) {
  const [first, second] = relative(root, path).split(sep);
  return first === "rooms" ? `rooms/${second.replace(/\.tsx?$/, "")}` : first;
}

function allowed(from, to, target) {
  // What stands by itself brings nothing of the desk with it.
  if (from === "light" && to === "shared") return !/^import /m.test(readFileSync(target, "utf8"));
  if (from === to || to === "api" || to === "words") return !(from === "api" && to === "words");
  if (from.startsWith("rooms/")) return to === "shared";
  if (from === "desk") return to === "shared" || to.startsWith("rooms/");
  return false;
}

const faults = [];
for (const file of files(root)) {
  const text = readFileSync(file, "utf8");
  // Word tables are as long as the contract has codes.
  if (part(file) !== "words" && text.split("\n").length > 251)
    faults.push(`${relative(root, file)}: longer than 250 lines, split it`);
  for (const [, spec] of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']*)["']/g)) {
    const target = resolve(dirname(file), spec);
    const to = part(target);
    if (!allowed(part(file), to, existsSync(`${target}.ts`) ? `${target}.ts` : `${target}.tsx`))
      faults.push(`${relative(root, file)}: ${part(file)} must not import ${to} (${spec})`);
  }
  if (part(file) === "light" && /from ["'](antd|@ant-design|@tanstack)/.test(text)) {
    faults.push(`${relative(root, file)}: the light pages must stay free of the desk's libraries`);
  }
}
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log("rooms: every import keeps to its side");
