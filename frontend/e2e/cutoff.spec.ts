import { expect, test } from "@playwright/test";
import { ask, become, goToStage } from "./helpers";

test("a line is moved, weighed at once, kept beside another, and set with a reason (P15)", async ({
  page,
}) => {
  await goToStage(page, "cutoff");
  const city = await become(page, "hohhot-1");
  const headers = { Authorization: `Bearer ${city}` };
  type Places = { items: { subject: string; places: number | null; suggested: number }[] };
  const { items } = await ask<Places>(page, city, "/cutoffs/places");
  const split = items.map((i) => ({ subject: i.subject, places: i.places ?? i.suggested }));
  await page.request.put("/api/v1/cutoffs/places", { headers, data: { items: split, reason: "按报名人数" } });
  const made = await page.request.post("/api/v1/cutoffs", { headers, data: { subject: "mathematics" } });
  const { id } = await made.json();
  type Record = { line: number; reaching: number };
  const before = await ask<Record>(page, city, `/cutoffs/${id}`);

  await become(page, "region");
  await page.goto(`/cutoffs/${id}`);
  const reaching = page.locator(".ant-statistic", { hasText: "达线人数" });
  await expect(reaching).toContainText(String(before.reaching));
  await page.getByRole("button", { name: "留作方案" }).click();
  await page.getByRole("slider", { name: "分数线" }).focus();
  for (let n = 0; n < 20; n++) await page.keyboard.press("ArrowRight");
  await expect(page.locator(".weighed[aria-busy=false]")).toBeVisible();
  const now = Number(await reaching.locator(".ant-statistic-content-value").textContent());
  expect(now).toBeLessThan(before.reaching);
  await page.getByRole("button", { name: "留作方案" }).click();
  await expect(page.getByText("方案对比")).toBeVisible();
  // Nothing is decided by moving a line.
  expect((await ask<Record>(page, city, `/cutoffs/${id}`)).line).toBe(before.line);

  await page.getByRole("button", { name: "按此划线" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByText("必填")).toBeVisible();
  await dialog.getByLabel("理由").fill("保证面试质量");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog).toBeHidden();
  const after = await ask<Record>(page, city, `/cutoffs/${id}`);
  expect(after.line).toBe(before.line + 10);
  expect(after.reaching).toBe(now);
});
