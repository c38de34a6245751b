import { numbers as english } from "./en/numbers";
import type { Language } from "./index";
import { numbers } from "./zh-CN/numbers";

/** Words of the pictures of the year; their titles and columns come with them. */
const WORDS: Record<Language, typeof numbers> = { "zh-CN": numbers, en: english };

export function numbersWords(language: Language): typeof numbers {
  return WORDS[language];
}
