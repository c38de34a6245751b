import { readFileSync, writeFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { goToStage } from "./helpers";
import { newPhone, opened, openLog, signIn, writers } from "./phone";

test.beforeEach(({ page }) => goToStage(page, "training"));

test("another account on the same phone sees nothing of the first, and signing out takes it away (P11)", async ({
  page,
  browser,
}) => {
  const [writer, next] = await writers(page, 2);
  const context = await newPhone(browser);
  const databases = (phone: Page) =>
    phone.evaluate(async () => (await indexedDB.databases()).map((one) => one.name ?? ""));
  let phone = await opened(context, writer.login);
  await openLog(phone, writer);
  await context.setOffline(true);
  await phone.getByLabel("做了什么").fill("只给自己看");
  await phone.close();

  // The session ran out, and somebody else signs in on the same phone.
  await context.clearCookies();
  await context.setOffline(false);
  phone = await context.newPage();
  await phone.goto("/m/");
  await expect(phone.getByText("登录已过期")).toBeVisible();
  await signIn(phone, next.login);
  await expect(phone.locator("header")).toContainText(next.student_name);
  await expect(phone.getByRole("heading", { name: "待写日志" })).toBeVisible();
  await phone.goto(`/m/log/${writer.session_id}`);
  await expect(phone.getByText("只给自己看")).toHaveCount(0);
  if (writer.session_id !== next.session_id)
    await expect(phone.getByText("没有要写的日志，或者还没有联网取到")).toBeVisible();

  // Signed out, nothing of the second is left; the first finds the own text again.
  await phone.goto("/m/");
  await phone.getByRole("button", { name: "退出登录" }).click();
  await expect(phone.getByLabel("密码")).toBeVisible();
  await expect.poll(async () => (await databases(phone)).length).toBe(1);
  await signIn(phone, writer.login);
  await openLog(phone, writer);
  await expect(phone.getByLabel("做了什么")).toHaveValue("只给自己看");
  await phone.goto("/m/");
  // All of it has reached the server by now, or the page says that something would be lost.
  await expect(phone.getByText("草稿").first()).toBeVisible();
  await phone.goto("/m/logs");
  await expect(phone.getByText("已同步")).toBeVisible();
  await phone.goto("/m/");
  await phone.getByRole("button", { name: "退出登录" }).click();
  await expect(phone.getByLabel("密码")).toBeVisible();
  await expect.poll(() => databases(phone)).toEqual([]);
  await phone.reload();
  await expect(phone.getByLabel("密码")).toBeVisible();
  await context.close();
});

test("signing out with something unsent asks first (P11)", async ({ page, browser }) => {
  const [writer] = await writers(page, 1);
  const context = await newPhone(browser);
  const phone = await opened(context, writer.login);
  await openLog(phone, writer);
  await context.setOffline(true);
  await phone.getByLabel("做了什么").fill("还没送到");
  await phone.getByRole("link", { name: "返回" }).click();
  await phone.getByRole("button", { name: "退出登录" }).click();
  await expect(phone.getByText("还有 1 份内容没有送到服务器")).toBeVisible();
  await phone.getByRole("button", { name: "仍然退出" }).click();
  await expect(phone.getByLabel("密码")).toBeVisible();
  // Signed out without a network: back in the network nobody is signed in by the old cookie.
  await context.setOffline(false);
  await phone.reload();
  await expect(phone.getByLabel("密码")).toBeVisible();
  // What is left knows the device again and opens nothing.
  await expect
    .poll(async () =>
      (await context.cookies()).map((cookie) => cookie.name).filter((name) => name !== "miaopu_device"),
    )
    .toEqual([]);
  await context.close();
});

test("a new release shows on the second open, and no style comes from elsewhere", async ({
  page,
  browser,
}) => {
  const served = await page.request.get("/m/");
  expect(served.headers()["content-security-policy"]).toMatch(/style-src 'self';/);
  const [writer] = await writers(page, 1);
  const context = await newPhone(browser);
  const refused: string[] = [];
  context.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) refused.push(message.text());
  });
  const phone = await opened(context, writer.login);
  await openLog(phone, writer);
  expect(refused).toEqual([]);
  const [worker, shell] = ["dist/m/sw.js", "dist/m/index.html"];
  const [before, html] = [readFileSync(worker, "utf8"), readFileSync(shell, "utf8")];
  try {
    writeFileSync(shell, html.replace("<title>苗圃</title>", "<title>苗圃 二</title>"));
    writeFileSync(worker, before.replace(/const BUILD = ".*"/, 'const BUILD = "the-next"'));
    await phone.goto("/m/");
    await expect(phone).toHaveTitle("苗圃");
    // The new worker has everything and is the one at work: nothing of it is under way.
    const changed = async () => {
      const { installing, waiting, active } = await navigator.serviceWorker.ready;
      return !installing && !waiting && active?.state === "activated" && caches.has("miaopu-m-the-next");
    };
    await expect.poll(() => phone.evaluate(changed)).toBe(true);
    await phone.goto("/m/");
    await expect(phone).toHaveTitle("苗圃 二");
    await context.setOffline(true);
    await phone.reload();
    await expect(phone).toHaveTitle("苗圃 二");
    await expect(phone.getByRole("heading", { name: "待写日志" })).toBeVisible();
  } finally {
    writeFileSync(shell, html);
    writeFileSync(worker, before);
  }
  await context.close();
});
