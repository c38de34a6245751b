import { expect, type Page, test } from "@playwright/test";
import { act, ask, become, choose, find, goToStage, namesake } from "./helpers";
import { newPhone, signIn } from "./phone";

interface Enrolled {
  id: string;
  name: string;
  mentor_name: string;
  mentor_id: string;
  guide_teacher_name: string;
  school_name: string;
  city_name: string;
}

interface Activity {
  id: string;
  activity_title: string;
  participations: { enrolment_id: string; state: string }[];
}

/** Those put forward for the activity that is open, with their mentors. */
async function putForward(page: Page, token: string): Promise<{ activity: Activity; students: Enrolled[] }> {
  const [open] = (await ask<{ items: Activity[] }>(page, token, "/activities?state=announced")).items;
  const activity = await ask<Activity>(page, token, `/activities/${open.id}`);
  const all = (await ask<{ items: Enrolled[] }>(page, token, "/enrolments?state=active&size=100")).items;
  const ids = activity.participations.map((one) => one.enrolment_id);
  return { activity, students: all.filter((one) => ids.includes(one.id)) };
}

/** The mentor of a student, by name and by students. */
function mentorOf(page: Page, student: Enrolled) {
  return namesake(page, student.mentor_name, async (token) => {
    const own = await ask<{ items: Enrolled[] }>(page, token, "/enrolments?size=100");
    return own.items.some((one) => one.id === student.id);
  });
}

/** A guardian who has an account, of one of the students; their numbers are the same in the demo. */
async function guardianOf(page: Page, students: Enrolled[]): Promise<string> {
  for (const student of students) {
    const child = await namesake(page, student.name, async (token) => {
      const own = await ask<{ items: Enrolled[] }>(page, token, "/enrolments");
      return own.items.some((one) => one.id === student.id);
    });
    const found = await find(page, child.login.replace("student", "guardian")).catch(() => null);
    if (found) return found.login;
  }
  throw new Error("no guardian with an account");
}

async function fits(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
}

test("the board says who needs help and why, and leads to the student's file with its PDF (P9–P11)", async ({
  page,
}) => {
  await goToStage(page, "training");
  await become(page, "region", "/board");
  const summary = page.getByText(/名学生中 \d+ 名需要关注/);
  await expect(summary).toBeVisible();
  const behind = Number(/中 (\d+) 名/.exec((await summary.textContent()) ?? "")?.[1]);
  expect(behind).toBeGreaterThan(0);
  await page.getByRole("switch").click();
  await expect(page).toHaveURL(/behind/);
  await expect(page.getByText(/篇日志过期未交 · 学生|面对面指导不足 · 导师/).first()).toBeVisible();
  const sheet = page.waitForEvent("download");
  await page.getByRole("button", { name: "导出看板" }).click();
  expect((await sheet).suggestedFilename()).toMatch(/\.xlsx$/);
  const name = page.locator("main a[href*='/enrolments/']").first();
  const student = (await name.textContent()) ?? "";
  await name.click();
  await page.getByRole("button", { name: "培养档案" }).click();
  await expect(page.getByRole("heading", { name: `${student} 培养档案` })).toBeVisible();
  await expect(page.getByText("面对面指导与到校次数").first()).toBeVisible();
  const pdf = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载 PDF" }).click();
  expect((await pdf).suggestedFilename()).toMatch(/\.pdf$/);
  await page.setViewportSize({ width: 390, height: 844 });
  await fits(page);
  await page.goto("/board");
  await expect(summary).toBeVisible();
  await fits(page);
});

test("a mentor says how far the plan is, revises it, and the student and teacher agree anew (P18)", async ({
  page,
}) => {
  await goToStage(page, "training");
  const office = await become(page, "region");
  const { students } = await putForward(page, office);
  const mentor = await mentorOf(page, students[0]);
  const token = await become(page, mentor.login);
  const [plan] = (
    await ask<{ items: { id: string }[] }>(page, token, `/training-plans?enrolment=${students[0].id}`)
  ).items;
  await page.goto(`/training-plans/${plan.id}`);
  const open = page.getByRole("listitem").filter({ hasText: "未开始" }).first();
  await open.getByRole("button", { name: "登记进展" }).click();
  await choose(page, "登记进展", "已完成");
  await page.getByRole("dialog").getByRole("button", { name: "保存" }).click();
  await expect(page.getByText(/完成 2 \/ \d 项/)).toBeVisible();
  await act(page, "修订方案", "课题范围收窄");
  await expect(page.locator("h3 + .ant-tag")).toHaveText("草稿");
  await page.getByRole("button", { name: "编辑" }).click();
  await page.getByRole("dialog").getByLabel("课题").fill("收窄后的课题");
  await page.getByRole("dialog").getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("heading", { name: /收窄后的课题/ })).toBeVisible();
  await act(page, "提交方案");
  await expect(page.locator("h3 + .ant-tag")).toHaveText("待高校确认");
  await expect(page.getByText(/第 1 版/)).toBeVisible();
});

test("feedback is given on the phone; what a student says of the mentoring, the city alone reads (P21)", async ({
  page,
  browser,
}) => {
  await goToStage(page, "training");
  const office = await become(page, "region");
  const { students } = await putForward(page, office);
  const [student] = students;
  await page.request.post("/api/v1/demo/clock", { data: { at: "2024-06-11T02:00:00Z" } });
  const mentor = await mentorOf(page, student);
  const account = await namesake(page, student.name, async (token) => {
    const own = await ask<{ items: Enrolled[] }>(page, token, "/enrolments");
    return own.items.some((one) => one.id === student.id);
  });
  const secret = "组会常常改期，希望提前一天告知";
  const context = await newPhone(browser);
  const phone = await context.newPage();
  await phone.goto("/m/");
  await signIn(phone, account.login);
  await phone.getByRole("link", { name: /反馈 · 中期/ }).click();
  await expect(phone.getByText("只有盟市管理办公室能看到")).toBeVisible();
  await phone.getByRole("button", { name: "提交反馈" }).click();
  await expect(phone.getByRole("alert").first()).toBeVisible();
  for (const group of await phone.locator(".scale").all())
    await group.getByRole("button", { name: /: 4$/ }).click();
  await phone.getByRole("textbox").fill(secret);
  // Half-written answers are on the phone when it comes back.
  await phone.reload();
  await expect(phone.getByRole("textbox")).toHaveValue(secret);
  await fits(phone);
  await phone.getByRole("button", { name: "提交反馈" }).click();
  await expect(phone.getByRole("heading", { name: "成长日志" })).toBeVisible();
  await expect(phone.getByRole("link", { name: /反馈 · 中期/ })).toBeHidden();
  await context.close();

  const words = await become(page, mentor.login);
  expect(JSON.stringify(await ask(page, words, "/feedback"))).not.toContain(secret);
  await page.goto("/feedback");
  await expect(page.getByText(/填写反馈 · 中期/)).toBeVisible();
  await expect(page.getByText(secret)).toBeHidden();
  const city = { 呼和浩特市: "hohhot", 包头市: "baotou", 通辽市: "tongliao" }[student.city_name];
  await become(page, `${city}-1`, "/feedback");
  await expect(page.getByText(secret)).toBeVisible();
});

test("a guardian agrees to a camp in two taps, and the office chooses with a reason (P20)", async ({
  page,
  browser,
}) => {
  await goToStage(page, "training");
  const office = await become(page, "region");
  const { activity, students } = await putForward(page, office);
  const guardian = await guardianOf(page, students);
  const context = await newPhone(browser);
  const phone = await context.newPage();
  await phone.goto("/m/");
  await signIn(phone, guardian);
  const card = phone.locator(".card", { hasText: activity.activity_title });
  await expect(card).toContainText(/\d{4}-07/);
  await card.getByRole("button", { name: "同意参加" }).click();
  await expect(card.getByText("已同意")).toBeVisible();
  await fits(phone);
  await context.close();

  await become(page, "region", `/activities/${activity.id}`);
  const row = page.getByRole("row").filter({ hasText: "家长已同意" });
  await row.getByRole("button", { name: "入选", exact: true }).click();
  const dialog = page.getByRole("dialog");
  // A dialog that is still opening swallows a click.
  await expect(async () => {
    await dialog.getByRole("button", { name: "入选" }).click();
    await expect(dialog.getByText(/必填|请填写/).first()).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 15_000 });
  await dialog.getByLabel("理由").fill("课题与考察内容相关");
  await dialog.getByRole("button", { name: "入选" }).click();
  await expect(row.getByText("可参加")).toBeVisible();
});

test("a question to the guide teacher is asked, seen by who may, and answered (P21)", async ({ page }) => {
  await goToStage(page, "training");
  const office = await become(page, "region");
  const { students } = await putForward(page, office);
  const student = students[1];
  const mentor = await mentorOf(page, student);
  await become(page, mentor.login);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/contacts?enrolment=${student.id}`);
  await page.getByRole("button", { name: "发起沟通" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("主题").fill("周六的实验时间");
  await dialog.getByRole("textbox").last().fill("周六上午能到校吗？");
  await dialog.getByRole("button", { name: "发送" }).click();
  await expect(page.getByText("周六的实验时间").first()).toBeVisible();
  await fits(page);
  const teacher = await namesake(page, student.guide_teacher_name, async (token) => {
    const own = await ask<{ items: { title: string }[] }>(page, token, "/contacts");
    return own.items.some((one) => one.title === "周六的实验时间");
  });
  await become(page, teacher.login, "/contacts");
  await page.getByText("周六的实验时间").first().click();
  await expect(page.getByText("周六上午能到校吗？")).toBeVisible();
  await page.getByLabel("写点什么").fill("可以，九点到。");
  await page.getByRole("button", { name: "发送" }).click();
  await expect(page.getByText("可以，九点到。")).toBeVisible();
  await fits(page);
});
