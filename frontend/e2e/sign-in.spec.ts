import { expect, test } from "@playwright/test";
import { goToStage, PASSWORD } from "./helpers";

test("a wrong password is said so, the right one leads home, a reload stays signed in, sign-out ends it", async ({
  page,
}) => {
  await goToStage(page, "cutoff");
  await page.goto("/");
  await expect(page).toHaveURL(/sign-in/);
  await page.getByLabel("账号").fill("region");
  await page.getByLabel("密码").fill("not the password");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("alert")).toContainText("账号或密码不正确");
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByText("待我办理")).toBeVisible();
  await page.reload();
  await expect(page.getByText("待我办理")).toBeVisible();
  // The token is in memory, the refresh token where no script reads it.
  expect(
    await page.evaluate(() =>
      JSON.stringify({ ...localStorage, ...sessionStorage, cookie: document.cookie }),
    ),
  ).not.toMatch(/eyJ|miaopu_refresh/);
  await page.getByRole("button", { name: "当前身份" }).click();
  await page.getByText("退出登录").click();
  await expect(page).toHaveURL(/sign-in/);
  await page.goto("/registrations");
  await expect(page).toHaveURL(/sign-in/);
});

test("the whole page speaks English when asked to", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await page.getByLabel("Account").fill("nobody");
  await page.getByLabel("Password").fill("nothing at all");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).not.toContainText(/[\u4e00-\u9fff]/);
});

test("the demo bar makes one anybody and goes to any stage", async ({ page }) => {
  await page.goto("/sign-in");
  await expect(page.locator(".demo")).toContainText("演示");
  await page.getByRole("combobox", { name: "成为…" }).click();
  await page
    .locator(".ant-select-dropdown:visible .ant-select-item-option", { hasText: "（hohhot-1）" })
    .click();
  await expect(page.getByText("待我办理")).toBeVisible();
  await page.getByRole("combobox", { name: "回到环节…" }).click();
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option", { hasText: "报名审核" }).click();
  await expect(page.getByText("报名审核").first()).toBeVisible();
  await expect(page.locator(".demo")).toContainText("2023-12-");
  await expect(page.locator(".ant-list-item", { hasText: "学生报名" }).first()).toBeVisible();
});
