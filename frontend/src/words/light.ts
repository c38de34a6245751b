import type { Language } from "./dates";
import { type Light, light } from "./zh-CN/light";

/** The phone's words: Chinese comes with the page, English only for who asks for it. */
export let words: Light = light;
export let language: Language = "zh-CN";

export async function speakIn(next: Language): Promise<void> {
  if (next === "en") words = (await import("./en/light")).light;
  language = next;
}

export type { Light };
