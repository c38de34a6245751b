import { expect, test } from "@playwright/test";
import { act, become, choose, goToStage } from "./helpers";

interface Mail {
  to: string;
  subject: string;
  text: string;
}

test("an announcement is looked at and released, and its mail can be stopped by a link without signing in", async ({
  page,
}) => {
  await goToStage(page, "midterm_evaluation");
  // By day, or nothing would leave.
  await page.request.post("/api/v1/demo/clock", { data: { at: "2024-06-12T03:00:00Z" } });
  const mail = `teacher-${Date.now()}@example.cn`;
  const caught = async (subject: string): Promise<Mail | undefined> => {
    const answer = await page.request.get("/api/v1/demo/mails", { params: { to: mail } });
    return ((await answer.json()) as { items: Mail[] }).items.find((one) => one.subject.includes(subject));
  };

  await become(page, "imnu");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "当前身份" }).click();
  await page.getByRole("menuitem", { name: "通知设置" }).click();
  await page.getByLabel("邮箱").fill(mail);
  await page.getByRole("button", { name: "发送验证码" }).click();
  await expect(page.getByText("验证码已发往")).toBeVisible();
  await expect.poll(async () => (await caught("验证码"))?.text, { timeout: 30_000 }).toMatch(/\d{6}/);
  const code = /\d{6}/.exec((await caught("验证码"))?.text ?? "")?.[0] ?? "";
  await page.getByLabel("验证码").fill(code);
  await page.getByRole("button", { name: "确认邮箱" }).click();
  await expect(page.getByText("t***@example.cn")).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1440, height: 900 });

  await become(page, "hohhot-1", "/outbox");
  await expect(page.getByRole("row", { name: /成长日志待提交.*规则提醒.*呼和浩特市/ }).first()).toBeVisible();
  await page.getByRole("button", { name: "写通知" }).click();
  await choose(page, "发给（角色）", "试点高校");
  await page.keyboard.press("Escape");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/符合条件 \d+ 人/)).toBeVisible();
  await dialog.getByLabel("标题").fill("暑期实验室开放");
  await dialog.getByLabel("内容").fill("请各高校报送开放时间。");
  await dialog.getByRole("button", { name: "放入发件箱" }).click();
  await expect(page.getByText(/将发给 \d+ 人/)).toBeVisible();
  await expect(page.getByText("有邮箱")).toBeVisible();
  await act(page, "发出");
  await expect(page.getByText("已送达站内").first()).toBeVisible();

  await expect
    .poll(async () => (await caught("苗圃提醒"))?.text, { timeout: 60_000 })
    .toContain("请各高校报送开放时间");
  const link = /\/mail\/\w+/.exec((await caught("苗圃提醒"))?.text ?? "")?.[0] ?? "";
  await page.context().clearCookies();
  await page.goto(link);
  await page.getByRole("button", { name: "停止邮件" }).click();
  await expect(page.getByText("已更改：不发邮件")).toBeVisible();

  await become(page, "imnu", "/inbox");
  await expect(page.getByText("暑期实验室开放 · 通知")).toBeVisible();
  await page.goto("/demo-mails");
  await expect(page.getByText("请各高校报送开放时间").first()).toBeVisible();
});
