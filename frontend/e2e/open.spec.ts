import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { act, ask, become, choose, expectState, goToStage } from "./helpers";

test("a list is objected to without an account, answered by who did not release it, corrected by a third (P16a)", async ({
  page,
  browser,
}) => {
  await goToStage(page, "interview");
  // In the middle of the shortlists' notice.
  await page.request.post("/api/v1/demo/clock", { data: { at: "2024-01-05T02:00:00Z" } });
  const anybody = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await anybody.goto("/public");
  await anybody
    .getByRole("link", { name: /^面试名单/ })
    .first()
    .click();
  // Who is not on the list is told so, and how to object.
  await anybody.getByRole("searchbox", { name: "查找报名编号或姓名" }).fill("2024HO99999");
  await expect(anybody.getByText("名单中没有“2024HO99999”")).toBeVisible();
  await anybody.getByRole("button", { name: "提出异议" }).click();
  const dialog = anybody.getByRole("dialog");
  await dialog.getByLabel("异议内容").fill("不对");
  await dialog.getByRole("button", { name: "提交" }).click();
  await expect(dialog.getByText("至少 10 个字").last()).toBeVisible();
  await dialog.getByLabel("异议内容").fill("本人估分高于公布的分数线，请核对答卷第三题的登分。");
  await dialog.getByRole("button", { name: "提交" }).click();
  const receipt = (await dialog.locator("strong.fact").textContent()) ?? "";
  expect(receipt.length).toBeGreaterThan(10);

  // The region's first person takes it up and upholds it; the second puts the list right.
  const region = await become(page, "region");
  type Objections = { items: { id: string; disclosure_id: string }[] };
  const [objection] = (await ask<Objections>(page, region, "/objections?state=open")).items;
  await expect(page.getByText("异议").first()).toBeVisible();
  await page.goto(`/objections/${objection.id}`);
  await act(page, "受理复核");
  await act(page, "答复：成立", "核对答卷，第三题漏登 8 分");
  await expectState(page, "成立");
  type Listed = { evidence: { candidates: { number: string; inside: boolean }[] } };
  const { evidence } = await ask<Listed>(page, region, `/disclosures/${objection.disclosure_id}`);
  const left = evidence.candidates.find((one) => !one.inside);
  await page.getByRole("button", { name: "更正名单" }).click();
  const correct = page.getByRole("dialog");
  const fillIn = async (number: string) => {
    await correct.getByLabel("报名编号").fill(number);
    await choose(page, "更正为", "进入面试");
    await correct.getByLabel("更正理由（公开）").fill("第三题漏登 8 分，更正后达到分数线");
    await correct.getByRole("button", { name: "更正名单" }).click();
  };
  // Who upheld it is refused.
  await fillIn(left?.number ?? "");
  await expect(correct.getByText("须由另一人办理")).toBeVisible();
  await become(page, "region-2", `/objections/${objection.id}`);
  await page.getByRole("button", { name: "更正名单" }).click();
  await fillIn("2024HO99999");
  await expect(correct.getByText("没有此号")).toBeVisible();
  await correct.getByLabel("报名编号").fill(left?.number ?? "");
  await correct.getByRole("button", { name: "更正名单" }).click();
  await expect(correct).toBeHidden();
  await page.getByRole("link", { name: "名单已更正并重新公示" }).click();
  await expect(page.getByText("第三题漏登 8 分，更正后达到分数线").first()).toBeVisible();

  await anybody.goto("/public");
  await anybody.getByRole("searchbox", { name: "回执编号" }).fill(receipt);
  await anybody.getByRole("button", { name: "查询答复" }).click();
  await expect(anybody.getByText("核对答卷，第三题漏登 8 分")).toBeVisible();
  await expect(anybody.getByText("名单已更正并重新公示")).toBeVisible();
});

test("the published record is recomputed on the page, a changed digit is found, a receipt finds one line (P16a)", async ({
  page,
}) => {
  await goToStage(page, "meeting");
  const student = await become(page, "student-001");
  type Mine = { items: { id: string }[] };
  const [mine] = (await ask<Mine>(page, student, "/registrations")).items;
  await page.goto(`/registrations/${mine.id}`);
  await expect(page.getByText("我的核验回执")).toBeVisible();
  const { receipt } = await ask<{ receipt: string }>(page, student, `/registrations/${mine.id}`);

  await page.goto("/public");
  await page.getByRole("link", { name: /后备人才培养试点工作/ }).click();
  await page.getByRole("button", { name: "核验已公开的文件" }).click();
  await expect(page.getByText("全部一致")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/与已公开的第 \d+ 版逐字相同/)).toBeVisible();
  await page.getByRole("searchbox", { name: "凭回执查找本人的一行" }).fill(receipt.toLowerCase());
  await page.getByRole("searchbox", { name: "凭回执查找本人的一行" }).press("Enter");
  await expect(
    page.getByText("笔试成绩").or(page.getByText("文件中没有与此回执对应的一行")).first(),
  ).toBeVisible();

  // The same file with one mark changed.
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "下载" }).first().click();
  const file = await (await download).path();
  const record = JSON.parse(await readFile(file, "utf8"));
  const changed = record.verdicts[0].people.find((one: { total: string | null }) => one.total !== null);
  changed.mark = String(Number(changed.mark) - 1);
  const other = join(tmpdir(), `changed-${Date.now()}.json`);
  await writeFile(other, JSON.stringify(record));
  await page.locator("input[type=file]").setInputFiles(other);
  await expect(page.getByText("有不一致之处")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(changed.person).first()).toBeVisible();
  // What is no record at all is told so in words.
  await writeFile(other, "{}");
  await page.locator("input[type=file]").setInputFiles(other);
  await expect(page.getByText("这不是公开核验文件")).toBeVisible();
});
