import { expect, test } from "vitest";
import { openOf } from "../src/shared/open-words";
import { remindersOf } from "../src/shared/reminder-words";
import { fill, wordsOf } from "../src/words";
import { accountWords } from "../src/words/account";
import { againWords } from "../src/words/again";
import { complianceWords } from "../src/words/compliance";
import { dateTime, daysUntil, deadline, fromInput, keepZone, lastDay, toInput } from "../src/words/dates";
import { light as lightEn } from "../src/words/en/light";
import { headsOf } from "../src/words/heads";
import { oversightWords } from "../src/words/oversight";
import { personalWords } from "../src/words/personal";
import { light } from "../src/words/zh-CN/light";

function leaves(tree: object, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[`${path}${key}`, value] as [string, string]]
      : leaves(value as object, `${path}${key}.`),
  );
}

const TABLES = [
  ["desk", wordsOf("zh-CN"), wordsOf("en")],
  ["public record", openOf("zh-CN"), openOf("en")],
  ["supervisors' window", oversightWords("zh-CN"), oversightWords("en")],
  ["reminders", remindersOf("zh-CN"), remindersOf("en")],
  ["personal data", complianceWords("zh-CN"), complianceWords("en")],
  ["personal data of one's own", personalWords("zh-CN"), personalWords("en")],
  ["consents asked again", againWords("zh-CN"), againWords("en")],
  ["account", accountWords("zh-CN"), accountWords("en")],
  ["heads of the trail", headsOf("zh-CN"), headsOf("en")],
  ["phone", light, lightEn],
] as const;

test.each(TABLES)(
  "both languages of the %s have the same words, none empty, with the same blanks",
  (_, a, b) => {
    const zh = new Map(leaves(a));
    const en = new Map(leaves(b));
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
    const blanks = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const [key, text] of zh) {
      expect(text, key).not.toBe("");
      expect(blanks(en.get(key) ?? ""), key).toEqual(blanks(text));
    }
  },
);

test.each(TABLES)(
  "English words of the %s hold no Chinese, but for the other language's name",
  (_, _a, b) => {
    const chinese = leaves(b).filter(([key, text]) => /[\u4e00-\u9fff]/.test(text) && !/language$/.test(key));
    expect(chinese).toEqual([]);
  },
);

test("blanks are filled", () => {
  expect(fill("还有 {days} 天", { days: 3 })).toBe("还有 3 天");
});

test("what closes at a midnight closes with the day before", () => {
  expect(deadline("2024-01-15T16:00:00Z", "zh-CN")).toBe("2024-01-15 周一 24:00");
  expect(deadline("2024-01-15T09:00:00Z", "zh-CN")).toBe("2024-01-15 周一 17:00");
  expect(lastDay("2023-12-31T16:00:00Z", "zh-CN")).toBe("2023-12-31 周日");
});

test("dates are the programme's, wherever the reader sits", () => {
  expect(dateTime("2024-01-15T06:30:00Z", "zh-CN")).toBe("2024-01-15 周一 14:30");
  expect(dateTime("2024-01-15T16:30:00Z", "en")).toBe("2024-01-16 Tue 00:30");
  expect(fromInput(toInput("2024-01-15T06:30:00Z"))).toBe("2024-01-15T06:30:00.000Z");
  keepZone("Asia/Urumqi");
  expect(dateTime("2024-01-15T06:30:00Z", "zh-CN")).toBe("2024-01-15 周一 12:30");
  keepZone("Asia/Shanghai");
});

test("days are counted by midnights", () => {
  expect(daysUntil("2024-01-20T16:00:00Z", new Date("2024-01-18T15:59:00Z"))).toBe(3);
  expect(daysUntil("2024-01-20T16:00:00Z", new Date("2024-01-18T16:01:00Z"))).toBe(2);
});
