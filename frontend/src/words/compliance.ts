import { compliance as english } from "./en/compliance";
import type { Language } from "./index";
import { compliance } from "./zh-CN/compliance";

/** Words of the office's page on personal data, apart from the others. */
const WORDS: Record<Language, typeof compliance> = { "zh-CN": compliance, en: english };

export function complianceWords(language: Language): typeof compliance {
  return WORDS[language];
}
