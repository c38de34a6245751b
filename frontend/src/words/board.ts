import { board as english } from "./en/board";
import type { Language } from "./index";
import { board } from "./zh-CN/board";

/** Words of the board, apart from the others: a student's phone has no use for them. */
const WORDS: Record<Language, typeof board> = { "zh-CN": board, en: english };

export function boardWords(language: Language): typeof board {
  return WORDS[language];
}
