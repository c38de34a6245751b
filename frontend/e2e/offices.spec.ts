import { expect, test } from "@playwright/test";
import { become, goToStage, PASSWORD } from "./helpers";

test("a city brings a colleague in by a one-time link, who appears among the people", async ({
  page,
  browser,
}) => {
  await goToStage(page, "registration");
  await become(page, "hohhot-1");
  await page.getByRole("link", { name: "单位" }).click();
  await page.getByRole("link", { name: "呼和浩特市", exact: true }).click();
  await page.getByRole("button", { name: "邀请", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("姓名").fill("敖登其其格");
  await dialog.getByRole("button", { name: "邀请" }).click();
  const link = (await dialog.getByText("/i/").textContent())?.match(/\/i\/[\w-]+/)?.[0] ?? "";

  const colleague = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await colleague.goto(link);
  await expect(colleague.getByText("盟市管理办公室")).toBeVisible();
  await colleague.getByLabel("账号").fill("odonchicheg");
  await colleague.getByLabel("密码").fill(PASSWORD);
  await colleague.getByRole("button", { name: "提交" }).click();
  await expect(colleague.getByText("待我办理")).toBeVisible();
  await colleague.goto(link);
  await expect(colleague.getByText("没有找到")).toBeVisible();

  await page.goto("/members?q=敖登其其格");
  await expect(page.getByRole("row", { name: /敖登其其格.*盟市管理办公室.*已启用/ })).toBeVisible();
});

test("the region gives a stage more time with a reason, and everybody sees the new end", async ({ page }) => {
  await goToStage(page, "registration");
  await become(page, "region");
  await page.getByRole("link", { name: "年度与计划" }).click();
  await page.getByRole("row", { name: /2024/ }).getByRole("link").click();
  const line = page.locator(".ant-list-item", { hasText: "学生报名" });
  await expect(line).toContainText("2023-12-22");
  await line.getByRole("button", { name: "调整时间" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("结束时间").fill("2023-12-24T00:00");
  await dialog.getByLabel("理由").fill("多地降雪，学校停课两天");
  await dialog.getByRole("button", { name: "调整时间" }).click();
  await expect(dialog).toBeHidden();
  await expect(line).toContainText("2023-12-23");
  await become(page, "hohhot-school-1", "/cycles");
  await page.getByRole("row", { name: /2024/ }).getByRole("link").click();
  await expect(line).toContainText("2023-12-23");
  await expect(page.getByRole("button", { name: "调整时间" })).toHaveCount(0);
});
