import { after as english } from "./en/after";
import type { Language } from "./index";
import { after } from "./zh-CN/after";

/** Words of former students, apart from the others. */
const WORDS: Record<Language, typeof after> = { "zh-CN": after, en: english };

export function afterWords(language: Language): typeof after {
  return WORDS[language];
}
