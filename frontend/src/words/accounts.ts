import { accounts as english } from "./en/accounts";
import type { Language } from "./index";
import { accounts } from "./zh-CN/accounts";

/** Words of the year's accounts, apart from the others. */
const WORDS: Record<Language, typeof accounts> = { "zh-CN": accounts, en: english };

export function accountsWords(language: Language): typeof accounts {
  return WORDS[language];
}
