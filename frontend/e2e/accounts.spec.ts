import { expect, type Page, test } from "@playwright/test";
import { ask, become, find, goToStage, namesake } from "./helpers";

interface Items<T> {
  items: T[];
  total: number;
}

async function fits(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1440, height: 900 });
}

test("the year is read in pictures: drawn, as a table, as files, by a link that shows it again", async ({
  page,
}) => {
  await goToStage(page, "certificates");
  await become(page, "region", "/numbers");
  await expect(page.locator(".drawing svg")).toHaveCount(9);
  await fits(page);
  const report = page.waitForEvent("download");
  await page.getByRole("button", { name: "年度报告" }).click();
  expect((await report).suggestedFilename()).toMatch(/\.pdf$/);
  await page.getByRole("link", { name: "选拔漏斗" }).click();
  await page.getByRole("combobox", { name: "统计方式" }).click();
  await page.getByTitle("按学校").click();
  await expect(page).toHaveURL(/picture=funnel&by=school|by=school&picture=funnel/);
  const schools = page.getByRole("row");
  await expect.poll(() => schools.count()).toBeGreaterThan(5);
  const drawn = await page.locator(".drawing svg").innerHTML();
  for (const [kind, ending] of [
    ["Excel 表格", "xlsx"],
    ["图片（PNG）", "png"],
  ]) {
    await page.getByRole("button", { name: "下载" }).click();
    const file = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: kind }).click();
    expect((await file).suggestedFilename()).toMatch(new RegExp(`选拔漏斗.*\\.${ending}$`));
  }
  await page.goto(page.url());
  await expect.poll(() => page.locator(".drawing svg").innerHTML()).toBe(drawn);

  await become(page, "hohhot-school-1", "/numbers?picture=funnel&by=school");
  await expect(page.locator("tbody tr:not([aria-hidden])")).toHaveCount(1);
  await page.goto("/numbers");
  await expect(page.getByRole("link", { name: "培养结果" })).toBeVisible();
  await expect(page.getByText("评委差异")).toHaveCount(0);
});

test("a city accepts one unit's account and returns another's with a word (P27)", async ({ page }) => {
  await goToStage(page, "acceptance");
  const token = await become(page, "hohhot-1");
  const { items } = await ask<Items<{ id: string; unit_name: string }>>(
    page,
    token,
    "/summaries?state=submitted",
  );
  await page.goto(`/summaries/${items[0].id}`);
  await expect(page.getByText("提交时的数据")).toBeVisible();
  await page.getByRole("button", { name: "验收通过" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "验收通过" }).click();
  await expect(page.getByText("已验收").first()).toBeVisible();
  await page.goto(`/summaries/${items[1].id}`);
  await page.getByRole("button", { name: "退回修改" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("请补充经费使用情况");
  await dialog.getByRole("button", { name: "退回修改" }).click();
  await expect(dialog).toBeHidden();
  await page.goto("/summaries");
  await expect(page.getByText("各单位提交情况")).toBeVisible();
  await expect(page.getByRole("table").getByRole("link", { name: items[0].unit_name })).toBeVisible();
  await fits(page);
});

test("a city reads its sheet after the decision, a unit answers a finding, and a model case is public (P27, P28)", async ({
  page,
  browser,
}) => {
  await goToStage(page, "after");
  const region = await become(page, "region");
  const cities = await ask<Items<{ id: string; city_name: string; points: number }>>(
    page,
    region,
    "/appraisals",
  );
  expect(cities.total).toBe(3);
  const own = await become(page, "hohhot-1");
  const seen = await ask<Items<{ id: string; city_name: string }>>(page, own, "/appraisals");
  expect(seen.items.map((one) => one.city_name)).toEqual(["呼和浩特市"]);
  await page.goto(`/appraisals/${seen.items[0].id}`);
  await expect(page.getByText(/合计 \d+/)).toBeVisible();
  const paper = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载评价表" }).click();
  expect((await paper).suggestedFilename()).toMatch(/\.pdf$/);
  await fits(page);

  const expert = await become(page, "expert-01");
  const open = await ask<Items<{ id: string; unit_name: string }>>(page, expert, "/findings?state=open");
  const university = (
    await ask<{ items: { login: string; unit_name: string; role: string }[] }>(
      page,
      expert,
      `/demo/accounts?q=${encodeURIComponent(open.items[0].unit_name)}`,
    )
  ).items.find((one) => one.role === "university");
  await become(page, university?.login ?? "", `/findings/${open.items[0].id}`);
  await page.getByRole("button", { name: "答复", exact: true }).click();
  const answer = page.getByRole("dialog");
  await answer.getByRole("textbox").fill("组会纪要已按月归档，并由专人负责");
  await answer.getByRole("button", { name: "答复", exact: true }).click();
  await expect(answer).toBeHidden();
  await expect(page.getByText("已答复").first()).toBeVisible();
  await become(page, "expert-01", `/findings/${open.items[0].id}`);
  await page.getByRole("button", { name: "认可答复" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "认可答复" }).click();
  await expect(page.getByText("已销号").first()).toBeVisible();

  const anybody = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await anybody.goto("/public");
  await expect(anybody.getByText("每周一次的师生读书会")).toBeVisible();
});

test("a former student answers an invitation on the phone, and the city sees who comes (P29–P31)", async ({
  page,
}) => {
  await goToStage(page, "after");
  const city = await become(page, "hohhot-1");
  const [made] = (await ask<Items<{ id: string }>>(page, city, "/alumni-activities")).items;
  const { guests } = await ask<{ guests: { student_name: string; state: string }[] }>(
    page,
    city,
    `/alumni-activities/${made.id}`,
  );
  expect(guests.length).toBeGreaterThan(0);
  const { login } = await namesake(page, guests[0].student_name, async (token) => {
    const answer = await page.request.get("/api/v1/alumni/mine", {
      headers: { Authorization: `Bearer ${token}` },
    });
    return answer.ok() && ((await answer.json()) as { invitations: unknown[] }).invitations.length > 0;
  });
  await find(page, login);
  await page.setViewportSize({ width: 390, height: 844 });
  const token = await becomeOnPhone(page, login);
  expect(token).toBeTruthy();
  await page.goto("/after");
  await expect(page.getByText("往届学生回访日")).toBeVisible();
  await page.getByRole("button", { name: "参加", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("想和学弟学妹聊聊");
  await dialog.getByRole("button", { name: "参加", exact: true }).click();
  await expect(page.getByText("想和学弟学妹聊聊")).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  await page.setViewportSize({ width: 1440, height: 900 });
  await become(page, "hohhot-1", `/alumni-activities/${made.id}`);
  await expect(page.getByText("想和学弟学妹聊聊")).toBeVisible();
});

/** A student's first page is the phone's: no list of what waits stands on it. */
async function becomeOnPhone(page: Page, login: string): Promise<string> {
  const { account_id } = await find(page, login);
  const answer = await page.request.post("/api/v1/demo/become", { data: { account_id } });
  return ((await answer.json()) as { access_token: string }).access_token;
}

test("the room's page of a report session and the region's filing of the mid-term (P23)", async ({
  page,
}) => {
  await goToStage(page, "annual_evaluation");
  const token = await become(page, "region");
  const sessions = await ask<Items<{ id: string; state: string }>>(page, token, "/midterm-sessions");
  await page.goto(`/midterm-sessions/${sessions.items[0].id}/live`);
  await expect(page.getByRole("heading", { name: /中期汇报/ })).toBeVisible();
  await fits(page);
  await page.goto("/midterm-summaries");
  await page.locator("tr.opens a").first().click();
  await expect(page.getByText("汇总名单")).toBeVisible();
  const paper = page.waitForEvent("download");
  await page.getByRole("button", { name: "备案表 PDF" }).click();
  expect((await paper).suggestedFilename()).toMatch(/\.pdf$/);
});
