import { account as english } from "./en/account";
import type { Language } from "./index";
import { account } from "./zh-CN/account";

/** Words of the account's safety, apart from the others. */
const WORDS: Record<Language, typeof account> = { "zh-CN": account, en: english };

export function accountWords(language: Language): typeof account {
  return WORDS[language];
}
