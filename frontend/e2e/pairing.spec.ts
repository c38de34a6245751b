import { expect, test } from "@playwright/test";
import { ask, become, goToStage, namesake } from "./helpers";

interface Round {
  id: string;
}
interface Seats {
  mentor_id: string;
  mentor_name: string;
  subject: string;
  capacity: number;
  paired: number;
}
interface Record {
  pair_list: { student_name: string; subject: string; mentor_id: string; choice: number | null }[];
  mentors: Seats[];
}

test("a city moves a student by drag: a full mentor is refused, a blocking pair is shown, and it can be weighed otherwise", async ({
  page,
}) => {
  await goToStage(page, "pairing");
  const token = await become(page, "hohhot-1");
  const [round] = (await ask<{ items: Round[] }>(page, token, "/pairings")).items;
  const record = await ask<Record>(page, token, `/pairings/${round.id}`);
  const full = record.mentors.find(
    (m) =>
      m.paired === m.capacity && record.mentors.some((o) => o.subject === m.subject && o.paired < o.capacity),
  );
  const free = record.mentors.find((m) => m.subject === full?.subject && m.paired < m.capacity);
  if (!full || !free) throw new Error("the demo has no full mentor beside a free one");
  const pair = record.pair_list.find((p) => p.mentor_id === full.mentor_id && p.choice === 1);
  const other = record.pair_list.find((p) => p.mentor_id === free.mentor_id);
  if (!pair || !other) throw new Error("nobody to move");

  await page.goto(`/pairings/${round.id}`);
  await expect(page.getByText("公布的分数线可还原每一个志愿结对")).toBeVisible();
  const subjects: { [code: string]: string } = {
    biology: "生物",
    chemistry: "化学",
    computing: "计算机",
    mathematics: "数学",
    physics: "物理",
  };
  await page.locator(".ant-segmented-item", { hasText: subjects[full.subject] }).click();

  // The worst mistake: one more than a mentor may have.
  await page.getByRole("button", { name: `调整导师：${other.student_name}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox").click();
  await page.locator(".ant-select-item-option", { hasText: full.mentor_name }).click();
  await dialog.getByLabel("理由").fill("学生希望更换");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByText("导师名额已满")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  // By drag from the full mentor to the free one: both would rather have it as it was.
  const card = page.locator(".student", { hasText: pair.student_name }).locator(".grip");
  const column = page.getByRole("region", { name: free.mentor_name });
  const from = await card.boundingBox();
  const to = await column.boundingBox();
  if (!from || !to) throw new Error("not on the page");
  await page.mouse.move(from.x + 20, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(from.x + 40, from.y + 30, { steps: 4 });
  await page.mouse.move(to.x + to.width / 2, to.y + 40, { steps: 12 });
  await page.mouse.up();
  await dialog.getByLabel("理由").fill("导师出国，本学期由同校导师带");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByText(pair.student_name)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(column.getByText(pair.student_name)).toBeVisible();
  // Others of the column may now be in the same case: the place with the full mentor is free.
  const moved = column.locator(".student", { hasText: pair.student_name });
  await expect(moved.getByText("互相更愿意")).toBeVisible();

  await page.getByRole("tab", { name: "方案推演" }).click();
  await page.getByRole("spinbutton", { name: subjects[full.subject] }).fill("0");
  await page.getByRole("button", { name: /推 ?演/ }).click();
  await expect(page.getByText(/各学科名额之和为/)).toBeVisible();
});

test("a student shows a pass, the office takes it at the door, and a made-up one is refused", async ({
  page,
}) => {
  await goToStage(page, "meeting");
  const office = await become(page, "hohhot-1");
  const { items } = await ask<{ items: { id: string }[] }>(page, office, "/meetings");
  const meeting = await ask<{ guest_list: { enrolment_id: string; student_name: string }[] }>(
    page,
    office,
    `/meetings/${items[0].id}`,
  );
  // Somebody whose name nobody else at the meeting has.
  const named = (name: string) => meeting.guest_list.filter((one) => one.student_name === name).length;
  const guest = meeting.guest_list.find((one) => named(one.student_name) === 1);
  if (!guest) throw new Error("everybody has a namesake");
  const student = await namesake(page, guest.student_name, async (token) => {
    const own = await ask<{ items: { id: string }[] }>(page, token, "/enrolments");
    return own.items.some((one) => one.id === guest.enrolment_id);
  });
  const theirs = await become(page, student.login, `/meetings/${items[0].id}`);
  await expect(page.getByRole("img", { name: "入场二维码" })).toBeVisible();
  const { code } = await ask<{ code: string }>(page, theirs, `/meetings/${items[0].id}/pass`);

  await become(page, "hohhot-1", `/scan/${code}`);
  await expect(page.getByText(new RegExp(`${guest.student_name} (之前)?已签到`))).toBeVisible();
  await page.getByLabel("输入二维码编码").fill(`${code.slice(0, -1)}${code.endsWith("0") ? "1" : "0"}`);
  await page.getByRole("button", { name: /签 ?到/ }).click();
  await expect(page.getByText("无法识别这张二维码")).toBeVisible();
  await page.goto(`/meetings/${items[0].id}`);
  await expect(page.getByRole("checkbox", { name: `${guest.student_name} 学生` })).toBeChecked();
});
