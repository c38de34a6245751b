import { expect, test } from "@playwright/test";
import { act, ask, become, expectState, goToStage, namesake } from "./helpers";
import { PDF } from "./papers";

test("a student hands in the year's papers as files, and the mentor opens them (P24)", async ({ page }) => {
  await goToStage(page, "midterm_evaluation");
  await page.request.post("/api/v1/demo/clock", { data: { at: "2024-11-04T02:00:00Z" } });
  const region = await become(page, "region");
  type Page = { items: { id: string; name: string; mentor_name: string }[] };
  const enrolled = (await ask<Page>(page, region, "/enrolments?state=active&size=1")).items[0];
  const account = await namesake(page, enrolled.name, async (token) =>
    (await ask<Page>(page, token, "/enrolments")).items.some((own) => own.id === enrolled.id),
  );
  const student = await become(page, account.login, "/annual-evaluations");
  await page.getByRole("button", { name: "撰写" }).click();
  await page.getByLabel("报告题目").fill("土壤水分与羊草幼苗");
  const needed = page.getByRole("dialog").locator(".ant-form-item", { hasText: "必交" });
  const count = await needed.count();
  expect(count).toBeGreaterThan(0);
  // A file that says it is a PDF and is none is refused under its own field; the rest of the form stays.
  const chooser = needed.first().locator("input[type=file]");
  await chooser.setInputFiles({ name: "报告.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ…") });
  await expect(needed.first().getByRole("alert")).toBeVisible();
  for (let i = 0; i < count; i++) {
    const name = `材料${i + 1}.pdf`;
    await needed
      .nth(i)
      .locator("input[type=file]")
      .setInputFiles({ name, mimeType: "application/pdf", buffer: PDF });
    await expect(needed.nth(i).getByText(name)).toBeVisible();
  }
  await page.getByRole("dialog").getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.getByRole("link", { name: enrolled.name }).click();
  const address = new URL(page.url()).pathname;
  await act(page, "提交材料");
  await expectState(page, "待导师评价");

  const dossier = (await ask<Page>(page, student, "/evaluations/annual")).items[0];
  const mentor = await namesake(page, enrolled.mentor_name, async (token) =>
    (await ask<Page>(page, token, "/evaluations/annual")).items.some((one) => one.id === dossier.id),
  );
  await become(page, mentor.login, address);
  // A browser without a viewer takes down what is framed as well.
  const file = page.waitForEvent("download", (one) => one.suggestedFilename().includes(enrolled.name));
  await page.getByRole("button", { name: "下载" }).first().click();
  await file;
});
