import { personal as english } from "./en/personal";
import type { Language } from "./index";
import { personal } from "./zh-CN/personal";

/** Words of one's own data, apart from the others. */
const WORDS: Record<Language, typeof personal> = { "zh-CN": personal, en: english };

export function personalWords(language: Language): typeof personal {
  return WORDS[language];
}
