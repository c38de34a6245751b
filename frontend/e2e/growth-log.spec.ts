import { expect, test } from "@playwright/test";
import { ask, become, goToStage, namesake, PASSWORD } from "./helpers";

test("a student writes a growth log on a phone, and a lost network loses nothing (P11)", async ({
  page,
  browser,
}) => {
  await goToStage(page, "training");
  const region = await become(page, "region");
  type Missing = {
    items: { student_name: string; enrolment_id: string; session_id: string; session_title: string }[];
  };
  const missing = await ask<Missing>(page, region, "/growth-logs/missing?size=1");
  const { student_name, enrolment_id, session_id, session_title } = missing.items[0];
  const account = await namesake(page, student_name, async (token) => {
    const own = await ask<Missing>(page, token, "/growth-logs/missing");
    return own.items.some((log) => log.session_id === session_id && log.enrolment_id === enrolment_id);
  });

  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const phone = await context.newPage();
  await phone.goto("/m/");
  await phone.getByLabel("账号").fill(account.login);
  await phone.getByLabel("密码").fill(PASSWORD);
  await phone.getByRole("button", { name: "登录" }).click();
  await phone.getByRole("button", { name: session_title }).first().click();
  await phone.getByRole("button", { name: "提交" }).click();
  await expect(phone.getByRole("alert").first()).toContainText("必填");
  await phone.getByLabel("做了什么").fill("测量三次，记录温度和误差");
  await phone.getByLabel("学到了什么").fill("同样的条件要写清楚，别人才能重复");

  // The network goes away: the text stays, also over a reload.
  await context.setOffline(true);
  await phone.getByRole("button", { name: "提交" }).click();
  await expect(phone.getByText("网络不好")).toBeVisible();
  await context.setOffline(false);
  await phone.reload();
  await phone.getByRole("button", { name: session_title }).first().click();
  await expect(phone.getByLabel("做了什么")).toHaveValue("测量三次，记录温度和误差");
  await phone.getByRole("button", { name: "提交" }).click();
  await expect(phone.getByText("日志已提交")).toBeVisible();
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  const logs = await ask<{ items: { state: string; session_id: string }[] }>(
    page,
    region,
    `/growth-logs?session=${session_id}&enrolment=${enrolment_id}`,
  );
  expect(logs.items.map((log) => log.state)).toEqual(["submitted"]);
});
