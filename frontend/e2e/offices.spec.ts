import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { ask, become, goToStage, PASSWORD } from "./helpers";

test("a city brings a colleague in by a one-time link, who appears among the people", async ({
  page,
  browser,
}) => {
  await goToStage(page, "registration");
  await become(page, "hohhot-1");
  await page.getByRole("link", { name: "单位" }).click();
  await page.getByRole("link", { name: "呼和浩特市", exact: true }).click();
  await page.getByRole("button", { name: "邀请", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("姓名").fill("敖登其其格");
  await dialog.getByRole("button", { name: "邀请" }).click();
  const link = (await dialog.getByText("/i/").textContent())?.match(/\/i\/[\w-]+/)?.[0] ?? "";

  const colleague = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await colleague.goto(link);
  await expect(colleague.getByText("盟市管理办公室")).toBeVisible();
  await colleague.getByLabel("账号").fill("odonchicheg");
  await colleague.getByLabel("密码").fill(PASSWORD);
  await colleague.getByRole("button", { name: "提交" }).click();
  await expect(colleague.getByText("待我办理")).toBeVisible();
  await colleague.goto(link);
  await expect(colleague.getByText("没有找到")).toBeVisible();

  await page.goto("/members?q=敖登其其格");
  await expect(page.getByRole("row", { name: /敖登其其格.*盟市管理办公室.*是/ })).toBeVisible();
});

test("the region gives a stage more time with a reason, and everybody sees the new end", async ({ page }) => {
  await goToStage(page, "registration");
  await become(page, "region");
  await page.getByRole("link", { name: "年度与计划" }).click();
  await page.getByRole("row", { name: /2024/ }).getByRole("link").click();
  const line = page.locator(".ant-list-item", { hasText: "学生报名" });
  await expect(line).toContainText("2023-12-22");
  await line.getByRole("button", { name: "调整时间" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("结束时间").fill("2023-12-24T00:00");
  await dialog.getByLabel("理由").fill("多地降雪，学校停课两天");
  await dialog.getByRole("button", { name: "调整时间" }).click();
  await expect(dialog).toBeHidden();
  await expect(line).toContainText("2023-12-23");
  await become(page, "hohhot-school-1");
  await page.goto("/cycles");
  await page.getByRole("row", { name: /2024/ }).getByRole("link").click();
  await expect(line).toContainText("2023-12-23");
  await expect(page.getByRole("button", { name: "调整时间" })).toHaveCount(0);
});

test("marks come from a workbook: a fault is named by row and column and nothing is entered (P14)", async ({
  page,
}) => {
  await goToStage(page, "written_test");
  await page.request.post("/api/v1/demo/clock", { data: { at: "2023-12-27T02:00:00Z" } });
  const city = await become(page, "hohhot-1");
  type Page = { items: { id: string; ticket_number: string; name: string }[] };
  const sitting = (await ask<Page>(page, city, "/exams/sittings?subject=mathematics")).items[0];
  const seats = (await ask<Page>(page, city, `/exams/seats?sitting=${sitting.id}&size=100`)).items;
  const sheet = (marks: string[]) => ({
    name: "数学.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(
      ["准考证号,姓名,成绩,缺考", ...seats.map((s, i) => `${s.ticket_number},${s.name},${marks[i]},`)].join(
        "\n",
      ),
    ),
  });
  const right = seats.map((_, i) => String(40 + (i % 50)));
  await page.goto(`/sittings/${sitting.id}`);
  const chooser = page.getByLabel("上传登记表");
  await chooser.setInputFiles(sheet(right.map((mark, i) => (i === 1 ? "1百2" : mark))));
  await expect(page.getByRole("alert")).toContainText("没有录入任何成绩");
  await expect(page.getByRole("alert")).toContainText("第 3 行");
  const marked = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载标注错误的表" }).click();
  const back = await readFile(await (await marked).path());
  expect(back.subarray(0, 2).toString()).toBe("PK");
  expect((await ask<{ marked: number }>(page, city, `/exams/sittings/${sitting.id}`)).marked).toBe(0);
  await chooser.setInputFiles(sheet(right));
  await expect(page.getByText(`新录入 ${seats.length} 人`)).toBeVisible();
  expect((await ask<{ marked: number }>(page, city, `/exams/sittings/${sitting.id}`)).marked).toBe(
    seats.length,
  );
});

test("an objection raised in public is answered by the region, and its receipt tells the answer (P12)", async ({
  page,
  browser,
}) => {
  await goToStage(page, "registration_review");
  // In the middle of the notice.
  await page.request.post("/api/v1/demo/clock", { data: { at: "2023-12-15T02:00:00Z" } });
  const region = await become(page, "region");
  type Page = { items: { id: string; name: string }[] };
  const anybody = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await anybody.goto("/public");
  const line = anybody
    .locator(".ant-list-item")
    .filter({ has: anybody.getByRole("button", { name: "提出异议" }) })
    .first();
  const name = (await line.locator(".ant-list-item-meta-title").textContent()) ?? "";
  const [mentor] = (
    await ask<Page>(page, region, `/nominations?state=on_notice&q=${encodeURIComponent(name)}`)
  ).items;
  await line.getByRole("button", { name: "提出异议" }).click();
  await anybody.getByLabel("异议内容").fill("该导师近五年没有在学校讲过课");
  await anybody.getByRole("dialog").getByRole("button", { name: "提交" }).click();
  const receipt = (await anybody.getByText(/回执编号 \S+/).textContent())?.split(" ")[1] ?? "";
  await anybody.getByRole("dialog").getByRole("button", { name: "关闭" }).click();

  await page.goto(`/nominations/${mentor.id}`);
  await page.getByRole("button", { name: "答复异议" }).click();
  await page.getByRole("textbox", { name: "答复" }).fill("经核实，该导师一直在岗授课。");
  await page.getByRole("dialog").getByRole("button", { name: "答复异议" }).click();
  await expect(page.getByText("不成立")).toBeVisible();

  await anybody.getByRole("searchbox", { name: "回执编号" }).fill(receipt);
  await anybody.getByRole("button", { name: "查询处理结果" }).click();
  await expect(anybody.getByText("经核实，该导师一直在岗授课。")).toBeVisible();
});
