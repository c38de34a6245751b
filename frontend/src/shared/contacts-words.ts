import { contacts as contactsEn } from "../words/en/contacts";
import { type ContactsWords, contacts } from "../words/zh-CN/contacts";
import { useWords } from "./context";

/** Words of the contact chain and of changes: apart from the others, so that the phone does not load them. */
export function useContactsWords(): ContactsWords {
  return useWords().language === "en" ? contactsEn : contacts;
}
