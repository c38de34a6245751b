import { expect, test } from "@playwright/test";
import { cared } from "./cared";
import { become, goToStage } from "./helpers";

test("the region's office reads what is wrong with the installation and what to do; nobody else does (P16a)", async ({
  page,
}) => {
  await goToStage(page, "training");
  await become(page, "region");
  await page.getByRole("navigation").getByRole("link", { name: "系统状态" }).click();
  // The demo keeps no backups: a trouble that is there, with what to do.
  await expect(page.getByText(/^有 \d+ 件事需要处理$/)).toBeVisible();
  const trouble = page.locator("li", { hasText: "尚未设置自动备份" });
  await expect(trouble).toContainText("请运维人员设置 MIAOPU_BACKUP_DIR");
  for (const card of ["备份与核验", "台账摘要", "后台任务", "待发消息", "服务器"])
    await expect(page.locator(".ant-card", { hasText: card }).first()).toBeVisible();
  await cared(page);

  await become(page, "hohhot-1");
  await expect(page.getByRole("navigation").getByRole("link", { name: "系统状态" })).toHaveCount(0);
  await page.goto("/status");
  await expect(page.getByText("当前身份无权查看")).toBeVisible();
  await expect(page.getByText("尚未设置自动备份")).toHaveCount(0);
});

test("without a network a page says so instead of waiting, and goes on when it is back", async ({
  page,
  context,
}) => {
  await goToStage(page, "training");
  await become(page, "hohhot-1");
  const menu = page.getByRole("navigation");
  await context.setOffline(true);
  await menu.getByRole("link", { name: "单位" }).click();
  await expect(page.getByText("网络不通，请检查网络后重试")).toBeVisible();
  await context.setOffline(false);
  await expect(page.locator("tr.opens a").first()).toBeVisible();
});
