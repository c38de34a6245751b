import { expect, test } from "@playwright/test";
import { become, goToStage } from "./helpers";

/** The check digit of GB 11643 (ISO 7064 MOD 11-2). */
function number(body: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return body + "10X98765432"[weights.reduce((sum, weight, i) => sum + weight * Number(body[i]), 0) % 11];
}

test("a school imports its students: first the faults by row, then all of them at once (P13)", async ({
  page,
}) => {
  await goToStage(page, "registration");
  await become(page, "hohhot-school-3");
  await page.goto("/registrations");
  await page.getByRole("button", { name: "批量导入" }).click();

  const template = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载模板" }).click();
  await page.getByRole("menuitem", { name: "学生报名表" }).click();
  expect((await template).suggestedFilename()).toBe("学生报名表.xlsx");

  const bring = async (lines: string[]) => {
    const csv = ["姓名,身份证号,学科,年级,入学年份,年级人数,学科排名,综合排名", ...lines].join("\n");
    await page.goto("/imports");
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "导入表格" }).click();
    await page.getByRole("menuitem", { name: "学生报名表" }).click();
    await (await chooser).setFiles({ name: "报名.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  };
  const one = `苏布德·导入,${number("99010120080303101")},数学,10,2023,200,8,`;
  const two = `诺敏·导入,${number("99010120080404202")},物理,10,2023,200,,15`;
  await bring([one, two.replace("物理", "天文")]);
  await expect(page.getByText("没有导入任何内容")).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("row", { name: /3 学科 .*天文/ })).toBeVisible();
  const marked = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载标注错误的表" }).click();
  expect((await marked).suggestedFilename()).toContain("报名");

  await bring([one, two]);
  await expect(page.getByText("检查通过：新增 2")).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "正式导入" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "正式导入" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("已导入：新增 2")).toBeVisible({ timeout: 20_000 });
  await page.goto("/registrations?q=导入");
  await expect(page.getByRole("link", { name: "苏布德·导入" })).toBeVisible();
  await expect(page.getByRole("link", { name: "诺敏·导入" })).toBeVisible();
});
