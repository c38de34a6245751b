import { expect, test } from "@playwright/test";
import { ask, become, goToStage } from "./helpers";

test("anybody checks a certificate by its code, on a phone, and learns no full name (P26)", async ({
  page,
  browser,
}) => {
  await goToStage(page, "certificates");
  const region = await become(page, "region");
  const { items } = await ask<{ items: { code: string; number: string; name: string }[] }>(
    page,
    region,
    "/certificates?size=1",
  );
  const [certificate] = items;

  const phone = await (
    await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" })
  ).newPage();
  await phone.goto("/public");
  await phone.getByRole("searchbox").first().fill(certificate.code);
  await phone.getByRole("button", { name: "查验证书" }).click();
  await expect(phone.getByText("证书有效")).toBeVisible();
  await expect(phone.getByText(certificate.number)).toBeVisible();
  expect(await phone.content()).not.toContain(certificate.name);
  await phone.goto("/c/0000000000000000");
  await expect(phone.getByText("没有查到这张证书")).toBeVisible();

  await page.goto("/certificates");
  await page.locator("tr.opens a").first().click();
  const paper = page.waitForEvent("download");
  await page.getByRole("main").getByRole("button", { name: "download 证书" }).click();
  expect((await paper).suggestedFilename()).toMatch(/\.pdf$/);
});
