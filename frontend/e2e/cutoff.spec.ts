import { expect, test } from "@playwright/test";
import { act, ask, become, goToStage } from "./helpers";

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

  await become(page, "region", `/cutoffs/${id}`);
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

  // Confirmed quietly by one, released by another: who confirmed is told so, and nothing is out yet.
  await act(page, "确认分数线");
  await page.goto("/cutoffs");
  await page.getByRole("button", { name: "发布分数线与名单" }).click();
  const release = page.getByRole("dialog");
  await expect(release.getByText("须由另一位同事发布")).toBeVisible();
  await expect(release.getByRole("button", { name: "同时发布" })).toBeDisabled();
  const out = async () => (await (await page.request.get("/api/v1/public/cutoffs")).json()).total;
  expect(await out()).toBe(0);

  await become(page, "region-2", "/cutoffs");
  await page.getByRole("button", { name: "发布分数线与名单" }).click();
  await expect(release.getByText("涉及")).toBeVisible();
  await release.getByRole("button", { name: "同时发布" }).click();
  await expect(release).toBeHidden();
  await page.goto("/public");
  await expect(page.getByRole("link", { name: /面试名单/ }).first()).toBeVisible();
  expect(await out()).toBe(1);
});

test("a tie may be drawn by lot: the pool comes first, and a moment that has passed is refused (P15)", async ({
  page,
}) => {
  await goToStage(page, "cutoff");
  const region = await become(page, "region");
  const { items } = await ask<{ items: { id: string; state: string }[] }>(
    page,
    region,
    "/cutoffs?state=proposed",
  );
  await page.goto(`/cutoffs/${items[0].id}`);
  await page
    .getByRole("row", { name: /公开抽签/ })
    .getByRole("button", { name: /采 ?用/ })
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("理由").fill("名额所限");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "公布抽签名单" }).click();
  await dialog.getByLabel("公开号码的来源").fill("中国福利彩票双色球下一期开奖号码");
  await dialog.getByLabel("揭晓时间").fill("2023-12-31T20:00");
  await dialog.getByRole("button", { name: "公布抽签名单" }).click();
  await expect(dialog.getByText("须是将来的时间")).toBeVisible();
  await dialog.getByLabel("揭晓时间").fill("2024-01-05T20:00");
  await dialog.getByRole("button", { name: "公布抽签名单" }).click();
  await expect(dialog).toBeHidden();
  await page.goto("/public");
  await expect(page.getByText("公开抽签")).toBeVisible();
  await expect(page.getByText("中国福利彩票双色球下一期开奖号码")).toBeVisible();
});
