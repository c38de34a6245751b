import { expect, test } from "@playwright/test";
import { ask, become, goToStage } from "./helpers";

test("a school goes through its queue by keyboard, then deals with many at once after seeing whom it touches", async ({
  page,
}) => {
  await goToStage(page, "registration");
  const school = await become(page, "hohhot-school-1");
  type Page = { items: { id: string; name: string }[]; total: number };
  const waiting = await ask<Page>(page, school, "/registrations?state=submitted&size=20");
  expect(waiting.total).toBeGreaterThan(3);

  await page.goto("/registrations?state=submitted");
  await page.locator("tr.opens a").first().click();
  await expect(page.getByText(`1 / ${waiting.total}`)).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.getByText(`2 / ${waiting.total}`)).toBeVisible();
  await page.keyboard.press("k");
  await expect(page.getByText(`1 / ${waiting.total}`)).toBeVisible();
  await page.getByRole("link", { name: "返回列表" }).click();
  await expect(page).toHaveURL(/state=submitted/);

  // The worst mistake: a draft among the chosen. It is named beforehand, and left alone.
  await page.goto("/registrations");
  const draft = page.getByRole("row", { name: /草稿/ }).first();
  await page
    .getByRole("row", { name: /已提交/ })
    .first()
    .getByRole("checkbox")
    .check();
  await draft.getByRole("checkbox").check();
  await expect(page.getByText("已选 2 条")).toBeVisible();
  await page.getByRole("button", { name: "审核推荐" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("将办理 1 条")).toBeVisible();
  await expect(dialog.getByText("1 条不能办理")).toBeVisible();
  const after = await ask<Page>(page, school, "/registrations?state=submitted");
  expect(after.total).toBe(waiting.total);
  await dialog.getByRole("button", { name: /审核推荐（1）/ }).click();
  await expect(dialog.getByText("已办理 1 条")).toBeVisible();
  expect((await ask<Page>(page, school, "/registrations?state=submitted")).total).toBe(waiting.total - 1);
});
