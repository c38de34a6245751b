import { expect, test } from "@playwright/test";
import { become, expectState, goToStage } from "./helpers";

const count = (name: string) => ({ name: new RegExp(name) });

test("the association finds the mark that was changed late, its reason and both people, and who is far off (P16a)", async ({
  page,
}) => {
  await goToStage(page, "pairing");
  await become(page, "association");
  await page.getByRole("navigation").getByRole("link", { name: "选拔监督" }).click();
  // Nothing is said calmly: a nought, not an alarm.
  await expect(page.getByRole("link", count("应由两人而由一人办理"))).toContainText("0");

  await page.getByRole("link", count("锁定或公布后改成绩")).click();
  await expect(page).toHaveURL(/case=late_mark/);
  const evidence = page.locator(".ant-card", { hasText: "锁定或公布后改成绩 · 1" });
  const row = evidence.locator("tbody tr", { hasText: "一题漏加分，复核后更正" });
  await expect(row).toContainText("+1");
  await expect(row).toContainText("学生申请");
  await row.getByRole("link").click();
  await expectState(page, "已更正");
  await page.goBack();

  await page.getByRole("link", count("评分与他人相差较大")).click();
  const far = page.locator(".ant-card", { hasText: "评分与他人相差较大 · " });
  await expect(
    far.locator("tbody tr", { hasText: "实验设计一项的判断与其他评委不同" }).first(),
  ).toContainText(/-\d/);
  await page.getByRole("link", count("评委整体偏严或偏宽")).click();
  await expect(page.locator(".ant-card", { hasText: "评委整体偏严或偏宽 · " })).toContainText(/-\d/);

  // What is unusual about a single decision is a filter of the list, and stays in the address.
  await page.getByRole("link", count("非工作日办理")).click();
  await expect(page).toHaveURL(/unusual=day_off/);
  const list = page.locator(".ant-table-tbody").last();
  await expect(list.locator("tr.ant-table-row").first()).toContainText("非工作日");
  await page.goto("/oversight?kind=written_test&unusual=late_mark");
  await expect(list.locator("tr.ant-table-row")).toHaveCount(1);
  await expect(list).toContainText("确认更正成绩");
  await expect(list).toContainText("成绩 +1 分");

  await page.getByRole("button", { name: "立即核验" }).click();
  await expect(page.getByText(/完整：\d+ 条记录/)).toBeVisible();
});

test("an expert sees what was decided and why, and leads to no record; an office that is looked at is refused (P16a)", async ({
  page,
}) => {
  await goToStage(page, "pairing");
  const city = await become(page, "hohhot-1");
  await expect(page.getByRole("navigation").getByRole("link", { name: "选拔监督" })).toHaveCount(0);
  // The worst mistake: the address is known all the same.
  await page.goto("/oversight?case=late_mark");
  await expect(page.getByText("当前身份无权查看")).toBeVisible();
  await expect(page.getByText("一题漏加分")).toHaveCount(0);
  const asked = await page.request.get("/api/v1/oversight/late-marks", {
    headers: { Authorization: `Bearer ${city}` },
  });
  expect(asked.status()).toBe(403);

  await page.setViewportSize({ width: 390, height: 844 });
  await become(page, "expert-01", "/oversight?case=late_mark");
  const evidence = page.locator(".ant-card", { hasText: "锁定或公布后改成绩 · 1" }).first();
  await expect(evidence).toContainText("一题漏加分，复核后更正");
  await expect(evidence.locator(".ant-card-body").getByRole("link")).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
