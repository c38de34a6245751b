import { expect, test } from "@playwright/test";
import { ask, become, choose, goToStage } from "./helpers";

interface Registrations {
  items: { id: string; name: string }[];
}

test("a family sees who looked and takes its data along; the office shows the whole year by one button", async ({
  page,
}) => {
  await goToStage(page, "training");
  const guardian = await become(page, "guardian-003");
  const [child] = (await ask<Registrations>(page, guardian, "/registrations")).items;
  if (!child) throw new Error("guardian-003 has no child");

  await become(page, "region", `/registrations/${child.id}`);
  await page.getByRole("button", { name: "查看敏感信息" }).click();
  await choose(page, "查看哪一项", "身份证号码");
  await choose(page, "用途", "核对考试身份");
  const reason = `核对准考证 ${Date.now()}`;
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("具体说明").fill(reason);
  await dialog.getByRole("button", { name: "查看敏感信息" }).click();
  await expect(page.getByText(/^身份证号码：\d{17}[\dX]$/)).toBeVisible();

  await become(page, "guardian-003", "/my-data");
  const looks = page.locator(".ant-card", { hasText: "谁看过敏感信息" });
  await expect(looks.getByText(`核对考试身份：${reason}`)).toBeVisible();
  await expect(looks.getByText(`${child.name} · 身份证号码`).first()).toBeVisible();
  const own = page.waitForEvent("download");
  await page.getByRole("button", { name: "导出我的信息" }).click();
  expect((await own).suggestedFilename()).toMatch(/\.zip$/);

  await become(page, "region", "/personal-data");
  await expect(page.getByText("保存期限与清除")).toBeVisible();
  const digests = page.locator("code").filter({ hasText: /^[0-9a-f]{64}$/ });
  await expect(page.getByText("年度合规审计")).toBeVisible();
  await page.getByRole("button", { name: "生成审计资料" }).click();
  await expect(digests.first()).toBeVisible({ timeout: 20_000 });
  const pack = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载" }).first().click();
  expect((await pack).suggestedFilename()).toMatch(/\.zip$/);
});
