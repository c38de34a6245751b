import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Download, expect, type Page, test } from "@playwright/test";
import { cared } from "./cared";
import { ask, become, goToStage } from "./helpers";

/** The region's office makes a head of everything until now. */
async function seal(page: Page): Promise<void> {
  await become(page, "region", "/status");
  await page.getByRole("button", { name: "立即生成摘要" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "立即生成摘要" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/\d+ 条记录，\d{4}-/)).toBeVisible();
}

async function kept(download: Promise<Download>, name: string): Promise<string> {
  const path = join(tmpdir(), `${Date.now()}-${name}`);
  await (await download).saveAs(path);
  return path;
}

test("a student checks the receipt of the own choices, and anybody checks the file it is kept in (P16a)", async ({
  page,
  browser,
}) => {
  await goToStage(page, "pairing");
  await seal(page);
  const student = await become(page, "student-001");
  const [mine] = (await ask<{ items: { id: string; number: string }[] }>(page, student, "/registrations"))
    .items;
  await page.goto(`/registrations/${mine.id}`);
  const card = page.locator(".ant-card", { hasText: "我的凭证" });
  await card.getByRole("button", { name: "核对", exact: true }).last().click();
  await expect(card.getByText("凭证有效")).toBeVisible();
  await expect(card.getByText(mine.number)).toBeVisible();
  await expect(card.getByText(/^1\. .+（.+）$/)).toBeVisible();
  await cared(page);
  const download = page.waitForEvent("download");
  await card.getByRole("button", { name: "下载凭证" }).last().click();
  const file = await kept(download, "receipt.json");

  // Years later, without an account; and with one mentor's rank changed.
  const anybody = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await anybody.goto("/public/heads");
  await anybody.locator("input[type=file]").setInputFiles(file);
  await expect(anybody.getByText("凭证有效")).toBeVisible();
  const receipt = JSON.parse(await readFile(file, "utf8"));
  const other = join(tmpdir(), `${Date.now()}-changed.json`);
  await writeFile(
    other,
    JSON.stringify({ ...receipt, value: receipt.value.replace('"rank":1', '"rank":2') }),
  );
  await anybody.locator("input[type=file]").setInputFiles(other);
  await expect(anybody.getByText("凭证无效")).toBeVisible();
  await expect(anybody.getByText("✗ 内容与当时登记的指纹相符")).toBeVisible();
  await cared(anybody);

  // On the phone the same, without the desk.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/m/receipts");
  await page.getByRole("button", { name: "核对" }).first().click();
  await expect(page.getByText("凭证有效")).toBeVisible();
  await cared(page);
});

test("a city countersigns the newest head with its own key, no other key does, and anybody reads who did (P16a)", async ({
  page,
  browser,
}) => {
  await goToStage(page, "pairing");
  await seal(page);
  await become(page, "hohhot-1", "/countersign");
  await cared(page);
  const made = page.waitForEvent("download");
  await page.getByRole("button", { name: "生成密钥并登记" }).click();
  const pem = await kept(made, "key.pem");
  await expect(page.getByText(/密钥文件 countersigner-key-\w+\.pem/)).toBeVisible();
  const input = page.locator("input[type=file]");
  const wrong = join(tmpdir(), `${Date.now()}-wrong.pem`);
  await writeFile(wrong, "no key at all");
  await input.setInputFiles(wrong);
  await expect(page.getByText("不是这把密钥的私钥文件")).toBeVisible();
  const signed = page.waitForEvent("download");
  await input.setInputFiles(pem);
  await expect(page.getByText(/已联署 \d+ 条记录的摘要/)).toBeVisible();
  const head = await kept(signed, "head.txt");
  await cared(page);

  const anybody = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await anybody.goto("/public/heads");
  await expect(anybody.getByText("联署：呼和浩特市").first()).toBeVisible();
  await anybody.locator("input[type=file]").setInputFiles(head);
  await expect(anybody.getByText(/一致：现在的台账完整包含/)).toBeVisible();
  await anybody.locator("input[type=file]").setInputFiles(wrong);
  await expect(anybody.getByText("这不是摘要，也不是凭证")).toBeVisible();
});
