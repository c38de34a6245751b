import { again as english } from "./en/again";
import type { Language } from "./index";
import { again } from "./zh-CN/again";

/** Words of a consent that is asked for again, on desk and phone. */
const WORDS: Record<Language, typeof again> = { "zh-CN": again, en: english };

export function againWords(language: Language): typeof again {
  return WORDS[language];
}
