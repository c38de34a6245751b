import type { Language } from "../words";
import { open as openEn } from "../words/en/open";
import { type Open, open } from "../words/zh-CN/open";
import { useWords } from "./context";

/** Words of public notices and the record: apart from the others, so that the phone does not load them. */
export function openOf(language: Language): Open {
  return language === "en" ? openEn : open;
}

export function useOpen(): Open {
  return openOf(useWords().language);
}
