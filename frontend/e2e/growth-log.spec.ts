import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { ask, goToStage, PASSWORD } from "./helpers";
import { logsOf, newPhone, opened, openLog, photoWithPlace, writers } from "./phone";

test.beforeEach(({ page }) => goToStage(page, "training"));

async function sound(phone: Page): Promise<void> {
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const { violations } = await new AxeBuilder({ page: phone }).analyze();
  expect(violations.map((one) => `${one.id} ${one.nodes.map((node) => node.target).join(" ")}`)).toEqual([]);
}

test("the network goes away in the middle, the tab is killed, and there is one log with its receipt (P11)", async ({
  page,
  browser,
}) => {
  const [writer] = await writers(page, 1);
  const context = await newPhone(browser);
  let phone = await opened(context, writer.login);
  await sound(phone);
  await openLog(phone, writer);
  await phone.getByRole("button", { name: "提交" }).click();
  await expect(phone.getByRole("alert")).toContainText("学到了什么");
  await phone.getByLabel("做了什么").fill("测量三次");

  await context.setOffline(true);
  await phone.getByLabel("学到了什么").fill("同样的条件要写清楚，别人才能重复");
  const taken = { name: "IMG_1.jpg", mimeType: "image/jpeg", buffer: await photoWithPlace(phone) };
  await phone.locator("input[type=file]").setInputFiles(taken);
  await expect(phone.getByRole("img", { name: "照片 1" })).toBeVisible();
  await expect(phone.getByText("联网后同步到账号")).toBeVisible();
  await sound(phone);
  await phone.close();

  // Another tab, still without a network: the page, the text and the photo are there.
  phone = await context.newPage();
  await phone.goto("/m/");
  await expect(phone.getByText("离线")).toBeVisible();
  await openLog(phone, writer);
  await expect(phone.getByLabel("做了什么")).toHaveValue("测量三次");
  await expect(phone.getByRole("img", { name: "照片 1" })).toBeVisible();
  await phone.getByRole("button", { name: "提交" }).click();
  await expect(phone.getByText(/提交，等待网络/)).toBeVisible();
  await sound(phone);
  await phone.close();
  expect(await logsOf(page, writer)).toEqual([]);

  await context.setOffline(false);
  phone = await context.newPage();
  await phone.goto("/m/logs");
  await expect.poll(async () => (await logsOf(page, writer)).map((log) => log.state)).toEqual(["submitted"]);
  const logs = await logsOf(page, writer);

  // The mentor's side: upright, and nothing of where it was taken.
  type Shown = { photos: { id: string; name: string }[]; did: string; receipt_number: string };
  const shown = await ask<Shown>(page, writer.office, `/growth-logs/${logs[0].id}`);
  expect([shown.did, shown.photos.length]).toEqual(["测量三次", 1]);
  await expect(phone.getByText(shown.receipt_number)).toBeVisible();
  const answer = await page.request.get(`/api/v1/growth-logs/${logs[0].id}/photos/${shown.photos[0].id}`, {
    headers: { Authorization: `Bearer ${writer.office}` },
  });
  const bytes = await answer.body();
  expect(bytes.includes("Exif")).toBe(false);
  const size = await phone.evaluate(
    async (data) => {
      const picture = await createImageBitmap(new Blob([new Uint8Array(data)]));
      return [picture.width, picture.height];
    },
    [...bytes],
  );
  expect(size).toEqual([40, 60]);
  await context.close();
});

test("an answer that got lost makes no second log (P11)", async ({ page, browser }) => {
  const [writer] = await writers(page, 1);
  const context = await newPhone(browser);
  const phone = await opened(context, writer.login);
  let arrived = 0;
  await context.route("**/api/v1/growth-logs", async (route) => {
    arrived += 1;
    if (arrived > 1) return route.continue();
    // The server does it; nobody hears of it.
    await route.fetch();
    return route.abort();
  });
  await openLog(phone, writer);
  await phone.getByLabel("做了什么").fill("测量三次");
  await phone.getByLabel("学到了什么").fill("误差");
  await phone.getByRole("button", { name: "提交" }).click();
  await expect.poll(() => arrived).toBe(2);
  await expect(phone.getByText(/回执 RZ\d+/).first()).toBeVisible();
  expect(await logsOf(page, writer)).toHaveLength(1);
  await context.close();
});

test("a session that ran out asks for the password again and loses nothing (P11)", async ({
  page,
  browser,
}) => {
  const [writer] = await writers(page, 1);
  const context = await newPhone(browser);
  let phone = await opened(context, writer.login);
  await openLog(phone, writer);
  await context.setOffline(true);
  await phone.getByLabel("做了什么").fill("写到一半");
  await phone.getByLabel("学到了什么").fill("还没送出");
  await phone.getByRole("button", { name: "提交" }).click();
  await phone.close();
  await context.clearCookies();
  await context.setOffline(false);
  phone = await context.newPage();
  await phone.goto("/m/");
  await expect(phone.getByText("登录已过期，请重新输入密码")).toBeVisible();
  await expect(phone.getByLabel("账号")).toHaveValue(writer.login);
  await expect(phone.getByText(writer.session_title)).toHaveCount(0);
  await phone.getByLabel("密码").fill(PASSWORD);
  await phone.getByRole("button", { name: "登录" }).click();
  await phone.getByRole("link", { name: "日志" }).click();
  await expect.poll(async () => (await logsOf(page, writer)).map((log) => log.state)).toEqual(["submitted"]);
  await context.close();
});

test("a draft goes on on another device, and where both went on the person chooses (P11)", async ({
  page,
  browser,
}) => {
  const [writer] = await writers(page, 1);
  const [one, other] = [await newPhone(browser), await newPhone(browser)];
  const first = await opened(one, writer.login);
  await openLog(first, writer);
  await first.getByLabel("做了什么").fill("第一台写的");
  const taken = { name: "a.jpg", mimeType: "image/jpeg", buffer: await photoWithPlace(first) };
  await first.locator("input[type=file]").setInputFiles(taken);
  await expect(first.getByText("换一台设备也能接着写")).toBeVisible();

  const second = await opened(other, writer.login);
  await openLog(second, writer);
  await expect(second.getByLabel("做了什么")).toHaveValue("第一台写的");
  await expect(second.getByRole("img", { name: "照片 1" })).toBeVisible();
  await other.setOffline(true);
  await second.getByLabel("做了什么").fill("第二台改的");
  await first.getByLabel("做了什么").fill("第一台又改了");
  await expect(first.getByText("换一台设备也能接着写")).toBeVisible();
  await other.setOffline(false);

  await expect(second.getByText("两台设备上的内容不一样")).toBeVisible();
  await expect(second.getByText("第二台改的")).toBeVisible();
  await expect(second.getByText("第一台又改了")).toBeVisible();
  await sound(second);
  await second.getByRole("button", { name: "合并两份" }).click();
  await expect(second.getByLabel("做了什么")).toHaveValue("第二台改的\n第一台又改了");
  await expect(second.getByText("换一台设备也能接着写")).toBeVisible();
  await second.getByLabel("学到了什么").fill("要留记录");
  await second.getByRole("button", { name: "提交" }).click();
  await expect.poll(async () => (await logsOf(page, writer)).length).toBe(1);

  // The first device wrote one more word before it heard of that: it is told, and keeps its text.
  await first.getByLabel("做了什么").fill("第一台最后一句");
  await expect(first.getByText("这次活动的日志已经提交")).toBeVisible();
  await expect(first.getByText("第一台最后一句")).toBeVisible();
  await expect(first.getByRole("link", { name: "看已提交的" })).toBeVisible();
  const [log] = await logsOf(page, writer);
  const shown = await ask<{ did: string; photos: object[] }>(page, writer.office, `/growth-logs/${log.id}`);
  expect([shown.did, shown.photos.length]).toEqual(["第二台改的\n第一台又改了", 1]);
  await one.close();
  await other.close();
});

test("a mentor reviews on the phone, and the student reads the word and hands in again (P11)", async ({
  page,
  browser,
}) => {
  const [writer] = await writers(page, 1);
  const context = await newPhone(browser);
  const phone = await opened(context, writer.login);
  await openLog(phone, writer);
  await phone.getByLabel("做了什么").fill("请导师看");
  await phone.getByLabel("学到了什么").fill("误差");
  await phone.getByRole("button", { name: "提交" }).click();
  await expect.poll(async () => (await logsOf(page, writer)).length).toBe(1);

  type Enrolment = { mentor_id: string };
  const { mentor_id } = await ask<Enrolment>(page, writer.office, `/enrolments/${writer.enrolment_id}`);
  const members = await ask<{ items: { account_id: string; login?: string; name: string }[] }>(
    page,
    writer.office,
    "/memberships?role=mentor&size=100",
  );
  const nomination = await ask<{ name: string }>(page, writer.office, `/nominations/${mentor_id}`);
  const mentors = members.items.filter((one) => one.name === nomination.name);
  const desk = await newPhone(browser);
  const pocket = await desk.newPage();
  for (const { account_id } of mentors) {
    await pocket.request.post("/api/v1/demo/become", { data: { account_id } });
    await pocket.goto("/m/");
    await expect(pocket.getByRole("heading", { name: "待审核日志" })).toBeVisible();
    await expect(pocket.getByText(/还有 \d+ 篇|没有待审核/)).toBeVisible();
    const queue = await pocket.getByText(/还有 \d+ 篇/).count();
    if (queue === 0) continue;
    for (let n = 0; n < 100; n++) {
      await expect(pocket.locator("article")).toBeVisible();
      if (await pocket.getByText("请导师看").count()) break;
      await pocket.getByRole("button", { name: "通过" }).click();
      await expect(pocket.getByText(/已通过：/)).toBeVisible();
      if (await pocket.getByText("没有待审核的日志").count()) break;
    }
    if (await pocket.getByText("请导师看").count()) break;
  }
  await sound(pocket);
  await pocket.getByRole("button", { name: "退回" }).click();
  await expect(pocket.getByRole("alert")).toContainText("学生会看到");
  await pocket.getByLabel("给学生的话").fill("请写清测量条件");
  await pocket.getByRole("button", { name: "退回" }).click();
  await expect(pocket.getByText(/已退回：/)).toBeVisible();
  await desk.close();

  await phone.goto("/m/");
  await expect(phone.getByText("请写清测量条件")).toBeVisible();
  await openLog(phone, writer);
  await phone.getByLabel("学到了什么").fill("误差；温度 22 ℃");
  await phone.getByRole("button", { name: "提交" }).click();
  await expect.poll(async () => (await logsOf(page, writer)).map((log) => log.state)).toEqual(["submitted"]);
  await context.close();
});
