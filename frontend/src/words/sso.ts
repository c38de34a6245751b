import { sso as english } from "./en/sso";
import type { Language } from "./index";
import { sso } from "./zh-CN/sso";

/** Words of the universities' own sign-in, apart from the others. */
const WORDS: Record<Language, typeof sso> = { "zh-CN": sso, en: english };

export function ssoWords(language: Language): typeof sso {
  return WORDS[language];
}
