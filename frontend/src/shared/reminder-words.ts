import type { Language } from "../words";
import { reminders as en } from "../words/en/reminders";
import { type RemindersWords, reminders } from "../words/zh-CN/reminders";
import { useWords } from "./context";

/** Words of reminders and the outbox: apart from the others, so that the phone does not load them. */
export function remindersOf(language: Language): RemindersWords {
  return language === "en" ? en : reminders;
}

export function useReminders(): RemindersWords {
  return remindersOf(useWords().language);
}
