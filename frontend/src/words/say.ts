import type { Language } from "./dates";

/** Words with `{name}` filled in. */
export function fill(text: string, given: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(given[name] ?? ""));
}

const KEPT = "miaopu.language";

export function keptLanguage(): Language {
  const kept = globalThis.localStorage?.getItem(KEPT);
  return kept === "en" ? "en" : "zh-CN";
}

export function keepLanguage(language: Language): void {
  globalThis.localStorage?.setItem(KEPT, language);
}
