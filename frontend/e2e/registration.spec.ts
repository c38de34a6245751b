import { expect, test } from "@playwright/test";
import { act, become, choose, expectState, goToStage, PASSWORD } from "./helpers";
import { PDF } from "./papers";

test("a registration goes from the draft to eligible, and P13 is explained on the way", async ({
  page,
  browser,
}) => {
  await goToStage(page, "registration");
  const token = await become(page, "hohhot-school-2");
  const headers = { Authorization: `Bearer ${token}` };
  const me = await (await page.request.get("/api/v1/me", { headers })).json();
  const made = await page.request.post("/api/v1/invitations", {
    headers,
    data: { unit_id: me.membership.unit_id, role: "student", name: "那日苏" },
  });
  const { token: link } = await made.json();

  // the student joins and fills in
  const student = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  await student.goto(`/i/${link}`);
  await student.getByLabel("账号").fill("student-of-the-test");
  await student.getByLabel("密码").fill(PASSWORD);
  await student.getByRole("button", { name: "提交" }).click();
  await expect(student.getByText("待我办理")).toBeVisible();
  await student.goto("/registrations");
  await student.getByRole("button", { name: "开始报名" }).click();
  await expect(student.getByText("那日苏").first()).toBeVisible();
  await expect(student).toHaveURL(/registrations\/.+/);
  const address = new URL(student.url()).pathname;
  await choose(student, "学科", "数学");
  await choose(student, "年级", "10");
  await student.getByLabel("入学年份").fill("2023");
  await student.getByLabel("身份证号").fill("990101200805051234".slice(0, 17) + check("99010120080505123"));
  await student.getByLabel("年级人数").fill("340");
  await student.getByLabel("学科排名").fill("90");
  await student.getByLabel("综合排名").fill("120");
  await expect(student.getByText(/排名 90 \/ 340：26.5%，要求不超过 10%/)).toBeVisible();
  await student.getByLabel("参与动机").fill("想知道怎样把观察变成可以检验的问题。");
  // Nobody presses a button: it is kept as one types, and judged at once.
  await expect(student.getByText("报名条件：不符合")).toBeVisible();
  await student.getByLabel("学科排名").fill("12");
  await expect(student.getByText("报名条件：符合")).toBeVisible();
  await expect(student.getByText(/已保存 \d\d:\d\d/)).toBeVisible();

  // three mentors, the last one moved up by keyboard; another device finds them in that order
  for (let n = 0; n < 3; n++) await student.getByRole("button", { name: "加入志愿" }).first().click();
  const ranked = student.getByRole("list", { name: "选报导师" }).getByRole("listitem");
  await expect(ranked).toHaveCount(3);
  const last = (await ranked.nth(2).getByRole("strong").last().textContent()) ?? "";
  await ranked.nth(2).getByRole("button", { name: /上移/ }).focus();
  await student.keyboard.press("Enter");
  await expect(ranked.nth(1)).toContainText(last);
  await expect(student.getByRole("button", { name: "加入志愿" }).first()).toBeDisabled();
  const paper = student.locator(".ant-list-item", { hasText: "成绩证明" });
  await paper.locator("input[type=file]").setInputFiles({
    name: "成绩.pdf",
    mimeType: "application/pdf",
    buffer: PDF,
  });
  await expect(paper.getByRole("button", { name: "成绩.pdf" })).toBeVisible();
  await student.reload();
  await expect(ranked.nth(1)).toContainText(last);
  await expect(student.getByLabel("学科排名")).toHaveValue("12");

  // the guardian agrees by the link
  await student.getByRole("button", { name: "请监护人同意" }).click();
  await student.getByLabel("监护人姓名").fill("乌兰图雅");
  await choose(student, "与学生关系", "母亲");
  await student.getByLabel("手机号").fill("19900001234");
  await student.getByRole("dialog").getByRole("button", { name: "提交" }).click();
  const consent = await student.getByRole("dialog").getByRole("link").getAttribute("href");
  const guardian = await (
    await browser.newContext({ locale: "zh-CN", viewport: { width: 390, height: 844 } })
  ).newPage();
  await guardian.goto(new URL(consent ?? "").pathname);
  await guardian.getByRole("checkbox").first().check();
  await guardian.getByRole("button", { name: "同意" }).click();
  await expect(guardian.getByText("已同意，谢谢。")).toBeVisible();

  await student.goto(address);
  await act(student, "提交报名");
  await expectState(student, "已提交");

  // three reviews in order
  for (const [login, label, state] of [
    ["hohhot-school-2", "审核推荐", "学校已推荐"],
    ["hohhot-1", "审核通过", "盟市审核通过"],
    ["region", "复审通过", "复审通过"],
  ]) {
    await become(page, login, address);
    await act(page, label);
    await expectState(page, state);
  }
});

/** The check digit of GB 11643. */
function check(body: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...body].reduce((total, digit, i) => total + Number(digit) * weights[i], 0);
  return "10X98765432"[sum % 11];
}
