import { expect, test } from "@playwright/test";
import { ask, become, find, goToStage } from "./helpers";

interface Work {
  id: string;
  student_name: string;
  number: string;
  subject: string;
}

interface Dossier extends Work {
  school_name: string;
  materials: { file_id: string }[];
}

test("an expert judges a work beside it without learning whose it is; half a sheet survives (P25)", async ({
  page,
}) => {
  await goToStage(page, "final_evaluation");
  const token = await become(page, "expert-01");
  const { items } = await ask<{ items: Work[] }>(page, token, "/evaluations/annual");
  const region = await become(page, "region");
  // The expert's id of the work opens nothing for the office: whose it is shows by the papers.
  const given = await ask<Dossier>(page, token, `/evaluations/annual/${items[0].id}`);
  const list = `/evaluations/annual?subject=${items[0].subject}&size=100`;
  const works = (await ask<{ items: Work[] }>(page, region, list)).items;
  const records = await Promise.all(
    works.map((one) => ask<Dossier>(page, region, `/evaluations/annual/${one.id}`)),
  );
  const whose = records.find((one) => one.materials[0]?.file_id === given.materials[0].file_id);
  if (!whose) throw new Error("the work is nobody's");
  expect(whose.id).not.toBe(given.id);
  await become(page, "expert-01", "/annual-evaluations");
  await page.getByRole("link", { name: items[0].student_name }).first().click();
  await expect(page.getByText("终评评分")).toBeVisible();
  const main = page.getByRole("main");
  await expect(main).not.toContainText(whose.student_name);
  await expect(main).not.toContainText(whose.school_name);
  await expect(main.locator("iframe")).toBeVisible();
  const numbers = main.getByRole("spinbutton");
  await numbers.first().fill("91");
  await page.getByLabel("评语").fill("问题提得具体");
  await page.reload();
  await expect(numbers.first()).toHaveValue(/^91/);
  await expect(page.getByText(/还未填写/)).toBeVisible();
  await expect(page.getByRole("button", { name: "提交评分" })).toBeDisabled();
  for (const field of await numbers.all()) await field.fill("88");
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  // The page is laid out anew for the narrow screen; whoever still sees the button presses again.
  await expect(async () => {
    await page.getByRole("button", { name: "提交评分" }).click({ timeout: 2_000 });
    await expect(main.getByText(/已提交/)).toBeVisible({ timeout: 6_000 });
  }).toPass({ timeout: 40_000 });

  await page.setViewportSize({ width: 1440, height: 900 });
  await become(page, "region", "/final");
  const subject = page.getByRole("combobox", { name: "学科" });
  await expect(subject).toBeVisible();
  await expect(page.getByText("评委宽严")).toBeVisible();
  await expect(page.getByText(/分配专家所用种子：[0-9a-f]{32}/)).toBeVisible();
});

test("the office has the works compared and reads alike passages side by side (P24)", async ({ page }) => {
  await goToStage(page, "annual_evaluation");
  const token = await become(page, "region");
  const { items } = await ask<{ items: Work[] }>(page, token, "/evaluations/annual?size=1");
  await page.goto(`/annual-evaluations/${items[0].id}`);
  // The worker comes back by itself when the demo has put another moment of the year in its place; until then it waits.
  await expect(async () => {
    const begin = page.getByRole("button", { name: "开始比对" });
    if (await begin.isVisible()) await begin.click();
    await expect(page.getByText(/比对至/)).toBeVisible({ timeout: 12_000 });
  }).toPass({ timeout: 90_000 });
  await expect(page.getByText(/没有发现相同片段|相同 \d+%/).first()).toBeVisible();
});

test("a certificate is replaced; the old QR says so, its signature still tells what was issued (P26)", async ({
  page,
}) => {
  await goToStage(page, "certificates");
  const token = await become(page, "region");
  const { items } = await ask<{ items: { id: string; code: string; name: string }[] }>(
    page,
    token,
    "/certificates?size=1",
  );
  const [old] = items;
  await page.goto(`/certificates/${old.id}`);
  await page.getByRole("button", { name: "换发证书" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("姓名").fill(`${old.name}·改`);
  await dialog.getByRole("button", { name: "换发证书" }).click();
  await expect(dialog.getByText(/必填|请填写/).first()).toBeVisible();
  await dialog.getByLabel("理由").fill("姓名有误");
  await dialog.getByRole("button", { name: "换发证书" }).click();
  await expect(page.getByText(/此证书已换发新证/)).toBeVisible();
  await page.goto(`/c/${old.code}`);
  await expect(page.getByText("此证书已换发新证，本张作废")).toBeVisible();
  // A made-up signature behind the `#` is told so.
  await page.goto(`/c/${old.code}#0badc0de.WyJtaWFvcHUiXQ.AAAA`);
  await page.reload();
  await expect(page.getByText(/二维码签名不符/)).toBeVisible();
  await find(page, "region");
});
