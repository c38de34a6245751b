import { outside as english } from "./en/outside";
import type { Language } from "./index";
import { outside } from "./zh-CN/outside";

/** Words of the school's training and of activities outside, apart from the others. */
const WORDS: Record<Language, typeof outside> = { "zh-CN": outside, en: english };

export function outsideWords(language: Language): typeof outside {
  return WORDS[language];
}
