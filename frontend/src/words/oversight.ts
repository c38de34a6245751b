import { overseen as codesEn, oversight as uiEn } from "./en/oversight";
import type { Language } from "./index";
import type { Overseen } from "./types";
import { overseen, oversight } from "./zh-CN/oversight";

/** Words of the window on the selection, apart from the others: a student's phone has no use for them. */
export interface OversightWords {
  codes: Overseen;
  ui: typeof uiEn;
}

const WORDS: Record<Language, OversightWords> = {
  "zh-CN": { codes: overseen, ui: oversight },
  en: { codes: codesEn, ui: uiEn },
};

export function oversightWords(language: Language): OversightWords {
  return WORDS[language];
}
