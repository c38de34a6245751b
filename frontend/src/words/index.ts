import type { Language } from "./dates";
import { acts as actsEn, enums as enumsEn } from "./en/enums";
import { fields as fieldsEn } from "./en/fields";
import { trail as trailEn } from "./en/trail";
import { ui as uiEn } from "./en/ui";
import type { Acts, Enums } from "./types";
import { acts, enums } from "./zh-CN/enums";
import { type FieldCode, fields } from "./zh-CN/fields";
import { type TrailCode, trail } from "./zh-CN/trail";
import { type Ui, ui } from "./zh-CN/ui";

export interface Words {
  language: Language;
  ui: Ui;
  enums: Enums;
  acts: Acts;
  fields: Record<FieldCode, string>;
  trail: Record<TrailCode, string>;
}

const WORDS: Record<Language, Words> = {
  "zh-CN": { language: "zh-CN", ui, enums, acts, fields, trail },
  en: {
    language: "en",
    ui: uiEn,
    enums: enumsEn,
    acts: actsEn,
    fields: fieldsEn,
    trail: trailEn,
  },
};

export function wordsOf(language: Language): Words {
  return WORDS[language];
}

export { fill, keepLanguage, keptLanguage } from "./say";
export type { Acts, Enums, FieldCode, Language, Ui };
