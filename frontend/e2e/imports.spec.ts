import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { ask, become, goToStage } from "./helpers";

/** The check digit of GB 11643 (ISO 7064 MOD 11-2). */
function number(body: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return body + "10X98765432"[weights.reduce((sum, weight, i) => sum + weight * Number(body[i]), 0) % 11];
}

/** Bring a workbook of the sheet that is chosen in the address. */
async function bring(page: Page, name: string, lines: string[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "导入表格" }).click();
  await (await chooser).setFiles({ name, mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) });
}

async function enter(page: Page): Promise<void> {
  await page.getByRole("button", { name: "正式导入" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "正式导入" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("已导入：")).toBeVisible({ timeout: 20_000 });
}

test("a school imports its students: first the faults by row, then all of them at once (P13)", async ({
  page,
}) => {
  await goToStage(page, "registration");
  await become(page, "hohhot-school-3", "/registrations");
  await page.getByRole("button", { name: "批量导入" }).click();

  const template = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载模板" }).click();
  await page.getByRole("menuitem", { name: "学生报名表" }).click();
  expect((await template).suggestedFilename()).toBe("学生报名表.xlsx");

  const students = async (lines: string[]) => {
    const csv = ["姓名,身份证号,学科,年级,入学年份,年级人数,学科排名,综合排名", ...lines].join("\n");
    await page.goto("/imports");
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "导入表格" }).click();
    await page.getByRole("menuitem", { name: "学生报名表" }).click();
    await (await chooser).setFiles({ name: "报名.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  };
  const one = `苏布德·导入,${number("99010120080303101")},数学,10,2023,200,8,`;
  const two = `诺敏·导入,${number("99010120080404202")},物理,10,2023,200,,15`;
  await students([one, two.replace("物理", "天文")]);
  await expect(page.getByText("没有导入任何内容")).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("row", { name: /3 学科 .*天文/ })).toBeVisible();
  const marked = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载标注错误的表" }).click();
  expect((await marked).suggestedFilename()).toContain("报名");

  await students([one, two]);
  await expect(page.getByText("检查通过：新增 2")).toBeVisible({ timeout: 20_000 });
  await enter(page);
  await expect(page.getByText("已导入：新增 2")).toBeVisible();
  await page.goto("/registrations?q=导入");
  await expect(page.getByRole("link", { name: "苏布德·导入" })).toBeVisible();
  await expect(page.getByRole("link", { name: "诺敏·导入" })).toBeVisible();

  // What is there leaves as the same sheet, and brought again it changes nothing.
  await page.goto("/imports");
  const taken = page.waitForEvent("download");
  await page.getByRole("button", { name: "导出表格" }).click();
  await page.getByRole("menuitem", { name: "学生报名表" }).click();
  const buffer = await readFile(await (await taken).path());
  await page.goto("/imports?kind=students");
  const again = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "导入表格" }).click();
  await (await again).setFiles({ name: "导出.xlsx", mimeType: "application/octet-stream", buffer });
  await expect(page.getByText(/检查通过：新增 0，更新 0，无变化 \d+/)).toBeVisible({ timeout: 20_000 });
});

test("a city brings marks from the sitting's page; a second person's file confirms them or differs (P14)", async ({
  page,
}) => {
  await goToStage(page, "written_test");
  await page.request.post("/api/v1/demo/clock", { data: { at: "2023-12-27T02:00:00Z" } });
  const city = await become(page, "hohhot-1");
  type Found = { items: { id: string; ticket_number: string; name: string }[] };
  const sitting = (await ask<Found>(page, city, "/exams/sittings?subject=mathematics")).items[0];
  const seats = (await ask<Found>(page, city, `/exams/seats?sitting=${sitting.id}&size=100`)).items;
  const sheet = (marks: string[]) => [
    "准考证号,姓名,成绩,缺考",
    ...seats.map((seat, i) => `${seat.ticket_number},${seat.name},${marks[i]},`),
  ];
  const right = seats.map((_, i) => String(40 + (i % 50)));
  const from = async () => {
    await page.goto(`/sittings/${sitting.id}`);
    await page.getByRole("button", { name: "导入成绩" }).click();
    await expect(page.getByText("由另一人再导入一遍即为复核")).toBeVisible();
  };
  await from();
  const template = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载模板" }).click();
  expect((await template).suggestedFilename()).toBe("成绩登记表.xlsx");
  await bring(page, "数学.csv", sheet(right.map((mark, i) => (i === 1 ? "1百2" : mark))));
  await expect(page.getByText("没有导入任何内容")).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("row", { name: /3 成绩 应为数字/ })).toBeVisible();
  const marked = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载标注错误的表" }).click();
  const back = await readFile(await (await marked).path());
  expect(back.subarray(0, 2).toString()).toBe("PK");
  const entered = async () =>
    await ask<{ marked: number; confirmed: number }>(page, city, `/exams/sittings/${sitting.id}`);
  expect((await entered()).marked).toBe(0);

  await from();
  await bring(page, "数学.csv", sheet(right));
  await expect(page.getByText(`首次录入 ${seats.length} 人`)).toBeVisible({ timeout: 20_000 });
  await enter(page);
  expect(await entered()).toMatchObject({ marked: seats.length, confirmed: 0 });

  await become(page, "hohhot-2");
  await from();
  await bring(page, "数学复核.csv", sheet(right.map((mark, i) => (i === 1 ? "99" : mark))));
  await expect(page.getByText(`复核一致 ${seats.length - 1} 人，两次不一致 1 人`)).toBeVisible({
    timeout: 20_000,
  });
  await expect(page.getByRole("row", { name: new RegExp(`3 成绩 ${seats[1].ticket_number}`) })).toBeVisible();
  await enter(page);
  expect(await entered()).toMatchObject({ marked: seats.length, confirmed: seats.length });
  await page.goto(`/sittings/${sitting.id}`);
  await expect(page.locator(".ant-timeline").getByText("按表格录入成绩").first()).toBeVisible();
});
