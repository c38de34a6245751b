import { system as english } from "./en/system";
import type { Language } from "./index";
import { system } from "./zh-CN/system";

/** Words of the status page, apart from the others. */
const WORDS: Record<Language, typeof system> = { "zh-CN": system, en: english };

export function systemWords(language: Language): typeof system {
  return WORDS[language];
}
