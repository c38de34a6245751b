import { heads as english } from "./en/heads";
import type { Language } from "./index";
import { heads } from "./zh-CN/heads";

/** Words of the trail's heads and of receipts, apart from the others. */
export function headsOf(language: Language): typeof heads {
  return language === "en" ? english : heads;
}
