import { judging as english } from "./en/judging";
import type { Language } from "./index";
import { judging } from "./zh-CN/judging";

/** Words of conflicts between judges and works, apart from the others. */
const WORDS: Record<Language, typeof judging> = { "zh-CN": judging, en: english };

export function judgingWords(language: Language): typeof judging {
  return WORDS[language];
}
