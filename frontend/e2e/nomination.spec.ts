import { expect, type Page, test } from "@playwright/test";
import { act, become, choose, expectState, goToStage, PASSWORD } from "./helpers";
import { PDF } from "./papers";

// One white point, as a real PNG.
const DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==";

const paper = (page: Page, kind: string) => page.locator(".ant-list-item", { hasText: kind });

/** The picture is there with its points, not as a broken frame. */
async function expectShown(page: Page, name: string): Promise<void> {
  const picture = page.getByRole("img", { name });
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
}

/** The PDF stands in its frame: what the page's policy forbids would be an error page. */
async function expectFramed(page: Page, name: string): Promise<void> {
  const frame = await (await page.locator(`iframe[title="${name}"]`).elementHandle())?.contentFrame();
  await expect.poll(() => frame?.url()).toMatch(/^blob:/);
}

test("a nomination goes from the university to the appointment through six people (P12)", async ({
  page,
  browser,
}) => {
  await goToStage(page, "nomination");

  // 1 the university recommends
  await become(page, "imnu", "/nominations");
  await page.getByRole("button", { name: "新建" }).click();
  await choose(page, "学科", "物理");
  await page.getByLabel("姓名", { exact: true }).fill("斯琴高娃·孛儿只斤·额尔敦");
  await page.getByLabel("职称/标题").fill("教授");
  await choose(page, "导师类别", "其他");
  await choose(page, "学位", "博士");
  await page.getByRole("button", { name: "保存" }).click();
  // What is missing stands under its field.
  await expect(page.locator(".ant-form-item-explain-error").first()).toBeVisible();
  await page.getByLabel("类别说明").fill("主持国家级科研项目");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.goto("/nominations?q=斯琴高娃·孛儿只斤·额尔敦");
  await page.getByRole("link", { name: "斯琴高娃·孛儿只斤·额尔敦" }).click();
  const address = new URL(page.url()).pathname;
  const proof = paper(page, "称号证明");
  await proof.locator("input[type=file]").setInputFiles({
    name: "科研项目证明.pdf",
    mimeType: "application/pdf",
    buffer: PDF,
  });
  await proof.getByRole("button", { name: "科研项目证明.pdf" }).click();
  await expectFramed(page, "科研项目证明.pdf");
  await act(page, "推荐");
  await expectState(page, "已推荐");

  // 2 the city reviews
  await become(page, "hohhot-1", address);
  await act(page, "初审通过");
  await expectState(page, "初审通过");

  // the university hands the mentor a link
  await become(page, "imnu", address);
  await page.getByRole("button", { name: "邀请导师" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "邀请导师" }).click();
  const link =
    (await page.getByRole("dialog").getByText("/i/").textContent())?.match(/\/i\/[\w-]+/)?.[0] ?? "";
  expect(link).not.toBe("");

  // 3 the mentor joins, enters details and a member of the team, submits
  const mentor = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await mentor.goto(link);
  await mentor.getByLabel("账号").fill("mentor-of-the-test");
  await mentor.getByLabel("密码").fill(PASSWORD);
  await mentor.getByRole("button", { name: "提交" }).click();
  await expect(mentor.getByText("待我办理")).toBeVisible();
  await mentor.goto(address);
  await mentor.getByRole("button", { name: "填写导师资料" }).click();
  await mentor.getByLabel("研究方向").fill("半导体光电材料");
  await mentor.getByLabel("导师简介").fill("欢迎愿意动手的同学。");
  await mentor.getByRole("button", { name: "保存" }).click();
  await expect(mentor.getByRole("dialog")).toBeHidden();
  await mentor.getByRole("button", { name: "添加团队成员" }).click();
  await mentor.getByLabel("姓名", { exact: true }).fill("白音仓");
  await choose(mentor, "学位", "硕士");
  await choose(mentor, "职称级别", "中级");
  await mentor.getByRole("button", { name: "添加", exact: true }).click();
  await expect(mentor.getByText("白音仓")).toBeVisible();

  // without the degree it is refused, by the name of what is missing; with it the mentor goes on
  await mentor.locator(".actions").getByRole("button", { name: "提交资料" }).click();
  await mentor.getByRole("dialog").getByRole("button", { name: "提交资料" }).click();
  await expect(mentor.getByRole("dialog").getByRole("alert")).toContainText("缺少“学位证书”");
  await mentor.keyboard.press("Escape");
  const degree = paper(mentor, "学位证书");
  const chooser = degree.locator("input[type=file]");
  await chooser.setInputFiles({ name: "学位.csv", mimeType: "text/csv", buffer: Buffer.from("学位,博士\n") });
  await expect(mentor.getByRole("alert").filter({ hasText: "PDF、PNG 或 JPEG" })).toBeVisible();
  await chooser.setInputFiles({
    name: "博士学位证书.png",
    mimeType: "image/png",
    buffer: Buffer.from(DOT, "base64"),
  });
  await degree.getByRole("button", { name: "博士学位证书.png" }).click();
  await expectShown(mentor, "博士学位证书.png");
  await act(mentor, "提交资料");
  await expectState(mentor, "资料已提交");

  // 4 the region's second review
  await become(page, "region", address);
  await expect(paper(page, "学位证书").locator("input[type=file]")).toHaveCount(0);
  await paper(page, "学位证书").getByRole("button", { name: "博士学位证书.png" }).click();
  await expectShown(page, "博士学位证书.png");
  await act(page, "复审通过");

  // 5 and 6 both organisers approve
  for (const organiser of ["association", "education"]) {
    await become(page, organiser, address);
    await act(page, "审定");
  }
  await expectState(page, "已审定");

  // the region publishes, and appoints once the notice is over
  await become(page, "region", address);
  await act(page, "公示");
  await expectState(page, "公示中");
  await page.request.post("/api/v1/demo/clock", { data: { at: "2023-12-30T02:00:00Z" } });
  await page.reload();
  await act(page, "聘任");
  await expectState(page, "已聘任");
  await expect(page.getByText("办理记录")).toBeVisible();
  const letter = page.waitForEvent("download");
  await page.getByRole("button", { name: "聘书" }).click();
  expect((await letter).suggestedFilename()).toContain("号");
});
