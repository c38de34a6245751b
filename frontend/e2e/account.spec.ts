import { createHmac } from "node:crypto";
import { expect, type Page, test } from "@playwright/test";
import { become, find, PASSWORD } from "./helpers";

// Nobody else's test is this person; at the end the account stands as it was.
const LOGIN = "education";

/** The code of a secret in base32, so many half minutes from now (RFC 6238, SHA-1, six digits). */
function codeOf(secret: string, ahead = 0): string {
  const bits = [...secret]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const mac = createHmac("sha1", key).update(step).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function signIn(page: Page, password = PASSWORD): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("账号").fill(LOGIN);
  await page.getByLabel("密码").fill(password);
  await page.getByRole("button", { name: "登录", exact: true }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "当前身份" }).click();
  await page.getByText("退出登录", { exact: true }).click();
  await expect(page).toHaveURL(/sign-in/);
}

async function proves(page: Page, code: string): Promise<void> {
  await page.getByLabel("验证码或恢复码").fill(code);
  await page.getByRole("button", { name: "继续" }).click();
}

test("a second step is set up with an authenticator, asked for at the next sign-in, and a recovery code stands in", async ({
  page,
  browser,
}) => {
  const elsewhere = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await signIn(elsewhere);
  await expect(elsewhere.getByText("待我办理")).toBeVisible();
  await signIn(page);
  await expect(page.getByText("待我办理")).toBeVisible();
  await page.goto("/account");

  // The other device is ended from here, and is out with its next click.
  const there = page.locator(".ant-list-item", { hasNot: page.getByText("本机") });
  await there.first().getByRole("button", { name: "退出" }).click();
  await page.getByRole("dialog").getByLabel("密码").fill(PASSWORD);
  await page.getByRole("dialog").getByRole("button", { name: "退出" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await elsewhere.goto("/account");
  await expect(elsewhere).toHaveURL(/sign-in/);

  await page.getByRole("button", { name: "设置两步验证" }).click();
  const dialog = page.getByRole("dialog").last();
  await dialog.getByLabel("密码").fill(PASSWORD);
  await dialog.getByRole("button", { name: "继续" }).click();
  await expect(dialog.getByAltText("验证器二维码")).toBeVisible();
  const secret = ((await dialog.locator("code").textContent()) ?? "").replace(/[^A-Z2-7]/g, "");
  // A code counts in its half minute and in the next, and once: this one leaves the present one for later.
  const left = 30_000 - (Date.now() % 30_000);
  if (left < 5_000) await page.waitForTimeout(left);
  const used = codeOf(secret, -1);
  await dialog.getByLabel("6 位验证码").fill(used);
  await dialog.getByRole("button", { name: "继续" }).click();
  await expect(dialog.locator("ol code")).toHaveCount(10);
  const [first, second] = await dialog.locator("ol code").allTextContents();
  await dialog.getByRole("button", { name: "我已保存好" }).click();
  await expect(page.getByText(/剩余恢复码 10 个/)).toBeVisible();

  // What was typed and not handed in is asked about, then taken away with the session; another's stays.
  const { account_id } = await find(page, LOGIN);
  const [mine, others] = [`miaopu.final.${account_id}.x`, "miaopu.final.somebody-else.x"];
  await page.evaluate((keys) => keys.map((key) => localStorage.setItem(key, "{}")), [mine, others]);
  await page.getByRole("button", { name: "当前身份" }).click();
  await page.getByText("退出登录", { exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText("1 份未提交的草稿");
  await page.getByRole("button", { name: "先不退出" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(await page.evaluate((key) => localStorage.getItem(key), mine)).toBe("{}");
  await page.getByRole("button", { name: "当前身份" }).click();
  await page.getByText("退出登录", { exact: true }).click();
  await page.getByRole("button", { name: "删除草稿并退出" }).click();
  await expect(page).toHaveURL(/sign-in/);
  expect(await page.evaluate(() => Object.keys(localStorage).join(" "))).not.toContain(account_id);
  expect(await page.evaluate((key) => localStorage.getItem(key), others)).toBe("{}");
  const databases = await page.evaluate(async () => (await indexedDB.databases()).map((one) => one.name));
  expect(databases).toEqual([]);

  await signIn(page);
  await proves(page, used);
  // The code that set it up counts no more; the next one does.
  await expect(page.getByRole("alert")).toBeVisible();
  await proves(page, codeOf(secret));
  await expect(page.getByText("待我办理")).toBeVisible();
  await signOut(page);
  await signIn(page);
  await proves(page, first);
  await expect(page.getByText("待我办理")).toBeVisible();
  await page.goto("/account");
  await expect(page.getByText(/剩余恢复码 9 个/)).toBeVisible();

  await page.getByRole("button", { name: "停用", exact: true }).click();
  const off = page.getByRole("dialog");
  await off.getByLabel("密码").fill(PASSWORD);
  await off.getByLabel("验证码或恢复码").fill(second);
  await off.getByRole("button", { name: "停用", exact: true }).click();
  await expect(page.getByText(/未设置/)).toBeVisible();
});

test("the region's office looks as somebody, reading only, and disables an account and enables it again", async ({
  page,
}) => {
  const { name } = await find(page, LOGIN);
  await become(page, "region", "/members?role=expert");
  await page.locator("tr.opens a").last().click();
  await page.getByRole("button", { name: "以此人身份查看" }).click();
  await page.getByRole("dialog").getByLabel("查看理由").fill("来电说看不到评分表，核对页面");
  await page.getByRole("dialog").getByRole("button", { name: "开始查看" }).click();
  const banner = page.locator(".looking");
  await expect(banner).toContainText(/正在以 .+（专家 .+剩余 1[45] 分/);
  await page.getByRole("button", { name: "当前身份" }).click();
  await page.getByText("账号安全", { exact: true }).click();
  await page.getByLabel("原密码").fill(PASSWORD);
  await page.getByLabel("新密码").fill("five grey horses at dawn");
  await page.getByRole("button", { name: "修改密码" }).click();
  await expect(page.getByRole("alert")).toContainText("只能看，不能办理");
  await banner.getByRole("button", { name: "结束查看" }).click();
  await expect(banner).toBeHidden();
  await expect(page.getByRole("button", { name: "当前身份" })).toContainText("管理办公室");

  const stands = async (act: string, state: string) => {
    await page.goto(`/members?q=${encodeURIComponent(name)}`);
    await page.locator("tr.opens", { hasText: "教育厅" }).getByRole("link").first().click();
    await page.getByRole("button", { name: act }).click();
    await page.getByRole("dialog").getByLabel("理由").fill("已调离本单位，交接完毕");
    await page.getByRole("dialog").getByRole("button", { name: act }).click();
    await expect(page.getByText(state, { exact: true })).toBeVisible();
  };
  await stands("停用账号", "已停用");
  const context = await page.context().browser()?.newContext({ locale: "zh-CN" });
  const theirs = await context?.newPage();
  if (!theirs) throw new Error("no second browser");
  await signIn(theirs);
  await expect(theirs.getByRole("alert")).toContainText("账号或密码不正确");
  await stands("恢复账号", "已启用");
  await signIn(theirs);
  await expect(theirs.getByText("待我办理")).toBeVisible();
});
