import { expect, test } from "@playwright/test";
import { ask, become, goToStage, namesake } from "./helpers";
import { newPhone, signIn } from "./phone";

interface Student {
  enrolment_id: string;
  student_name: string;
  through: string | null;
  state: string;
}

interface Enrolled {
  mentor_name: string;
  mentor_id: string;
}

test("a mentor plans a meeting, students check in at its door, and it is recorded on one page (P9, P10)", async ({
  page,
  browser,
}) => {
  await goToStage(page, "training");
  const office = await become(page, "region");
  const [first] = (await ask<{ items: Enrolled[] }>(page, office, "/enrolments?state=active")).items;
  const mentor = await namesake(page, first.mentor_name, async (token) => {
    const own = await ask<{ students: Student[] }>(page, token, "/phone");
    return own.students.some((one) => one.through === first.mentor_id);
  });
  const token = await become(page, mentor.login);
  const { now } = await ask<{ now: string }>(page, token, "/me");
  const [student] = (await ask<{ students: Student[] }>(page, token, "/phone")).students;
  const at = new Date(Date.parse(now) + 10 * 60_000 + 8 * 3_600_000).toISOString();

  const context = await newPhone(browser);
  const phone = await context.newPage();
  await phone.goto("/m/");
  await signIn(phone, mentor.login);
  await phone.getByRole("link", { name: "安排活动" }).click();
  await phone.getByLabel("活动名称").fill("实验室开放日");
  await phone.getByLabel("日期").fill(at.slice(0, 10));
  await phone.getByLabel("开始时间").fill(at.slice(11, 16));
  await phone.getByLabel("地点").fill("理工楼 301");
  await phone.getByRole("button", { name: "通知学生和家长" }).click();
  const back = phone.getByRole("link", { name: "返回" });
  const card = phone.locator(".card", { hasText: "实验室开放日" });
  await expect(back.or(card).first()).toBeVisible();
  if (await back.isVisible()) await back.click();
  await expect(card).toContainText("理工楼 301");
  await card.getByRole("link", { name: "签到码" }).click();
  await expect(phone.getByRole("img", { name: "签到二维码" })).toBeVisible();
  await expect(phone.locator(".digits")).toHaveText(/^\d{6}$/);

  // The student scans what stands there; a made-up code is told so, and the digits help.
  const own = await namesake(page, student.student_name, async (theirs) => {
    const { items } = await ask<{ items: { id: string }[] }>(page, theirs, "/enrolments");
    return items.some((one) => one.id === student.enrolment_id);
  });
  const [id] = (await ask<{ coming: { id: string; title: string }[] }>(page, token, "/phone")).coming
    .filter((one) => one.title === "实验室开放日")
    .map((one) => one.id);
  const other = await newPhone(browser);
  const theirs = await other.newPage();
  await theirs.goto(`/m/in/${id}~0123456789abcdef0123`);
  await signIn(theirs, own.login);
  await expect(theirs.getByRole("alert")).toContainText("签到码不对或已过期");
  await theirs.getByLabel("门口屏幕上的六位数字").fill((await phone.locator(".digits").textContent()) ?? "");
  await theirs.getByRole("button", { name: "签到" }).click();
  await expect(theirs.getByRole("status")).toContainText("签到成功");
  await expect(phone.getByRole("status")).toContainText(student.student_name);

  // Two hours later: who used the door is preset, one press, and it counts.
  const later = new Date(Date.parse(now) + 2 * 3_600_000).toISOString();
  await page.request.post("/api/v1/demo/clock", { data: { at: later } });
  await phone.getByRole("link", { name: "登记到场" }).click();
  const line = phone.getByRole("group", { name: student.student_name });
  await expect(line.getByRole("button", { name: "面对面" })).toHaveAttribute("aria-pressed", "true");
  await phone.getByRole("button", { name: "完成：到场 1 人" }).click();
  await expect(card).toContainText(student.student_name);
  await expect(phone.getByRole("link", { name: "更正" }).first()).toBeVisible();
  await theirs.goto("/m/");
  await expect(theirs.getByText("实验室开放日").first()).toBeVisible();
  const width = await theirs.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await context.close();
  await other.close();
});
