import { file as english } from "./en/file";
import type { Language } from "./index";
import { file } from "./zh-CN/file";

/** Words of a student's file, apart from the others: a student's phone has no use for them. */
const WORDS: Record<Language, typeof file> = { "zh-CN": file, en: english };

export function fileWords(language: Language): typeof file {
  return WORDS[language];
}
