import { midterm as english } from "./en/midterm";
import type { Language } from "./index";
import { midterm } from "./zh-CN/midterm";

/** Words of the mid-term evaluation, apart from the others. */
const WORDS: Record<Language, typeof midterm> = { "zh-CN": midterm, en: english };

export function midtermWords(language: Language): typeof midterm {
  return WORDS[language];
}
