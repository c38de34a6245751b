import type { Language } from "../words";
import { support as supportEn } from "../words/en/support";
import { type SupportWords, support } from "../words/zh-CN/support";
import { useWords } from "./context";

/** Words of looking as somebody else: the desk's alone. */
export function supportOf(language: Language): SupportWords {
  return language === "en" ? supportEn : support;
}

export function useSupport(): SupportWords {
  return supportOf(useWords().language);
}
