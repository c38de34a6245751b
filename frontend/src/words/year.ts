import { year as english } from "./en/year";
import type { Language } from "./index";
import { year } from "./zh-CN/year";

/** Words of the year's plans, teams and feedback, apart from the others: the phone has no use for them. */
const WORDS: Record<Language, typeof year> = { "zh-CN": year, en: english };

export function yearWords(language: Language): typeof year {
  return WORDS[language];
}
