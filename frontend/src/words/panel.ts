import { panel as english } from "./en/panel";
import type { Language } from "./index";
import { panel } from "./zh-CN/panel";

/** Words of the city's panel, apart from the others. */
const WORDS: Record<Language, typeof panel> = { "zh-CN": panel, en: english };

export function panelWords(language: Language): typeof panel {
  return WORDS[language];
}
