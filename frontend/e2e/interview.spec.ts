import { expect, test } from "@playwright/test";
import { act, ask, become, expectState, goToStage } from "./helpers";

interface Panel {
  id: string;
  name: string;
  subject: string;
  students: number;
}
interface Slot {
  id: string;
  name: string;
  panel_id: string;
  starts_at: string;
  registration_id: string;
}
interface Account {
  login: string;
  name: string;
}

test("a panellist declares a conflict, scores on a tablet without the network, and sees the others only after it (P16)", async ({
  page,
  context,
}) => {
  await goToStage(page, "interview");
  const city = await become(page, "hohhot-1");
  const [panel] = (await ask<{ items: Panel[] }>(page, city, "/interviews/panels?subject=physics")).items;
  const { member_list } = await ask<{ member_list: { name: string }[] }>(
    page,
    city,
    `/interviews/panels/${panel.id}`,
  );
  const logins: string[] = [];
  for (const { name } of member_list) {
    const found = await page.request.get("/api/v1/demo/accounts", { params: { q: name } });
    const mentor = ((await found.json()) as { items: Account[] }).items.find(
      (one) => one.name === name && one.login.startsWith("mentor-"),
    );
    if (mentor) logins.push(mentor.login);
  }
  await page.setViewportSize({ width: 820, height: 1180 });
  const mentor = await become(page, logins[0], `/panels/${panel.id}`);
  await page.getByRole("button", { name: "申报回避" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "申报回避" }).click();
  await expect(dialog.getByText("必填")).toBeVisible();
  await dialog.getByLabel("理由").fill("曾为其家庭教师");
  await dialog.getByRole("button", { name: "申报回避" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("已申报回避").first()).toBeVisible();

  const { items } = await ask<{ items: Slot[] }>(
    page,
    mentor,
    `/interviews/slots?panel=${panel.id}&size=100`,
  );
  const known = await ask<{ items: { registration_id: string; declared_by_me: boolean }[] }>(
    page,
    mentor,
    `/interviews/panels/${panel.id}/candidates`,
  );
  const declared = new Set(known.items.filter((one) => one.declared_by_me).map((one) => one.registration_id));
  const slot = items.find((one) => !declared.has(one.registration_id));
  if (!slot) throw new Error("nobody to score");
  await page.goto(`/slots/${slot.id}`);
  const submit = page.locator(".ant-card").getByRole("button", { name: "提交评分" });
  await expect(submit).toBeDisabled();
  await expect(page.getByText("还未填写")).toBeVisible();
  const sheet = page.locator(".ant-card", { hasText: "面试评分表" });
  const inputs = sheet.getByRole("spinbutton");
  for (let n = 0; n < (await inputs.count()); n++) await inputs.nth(n).fill("80");
  await sheet.locator(".ant-segmented-item", { hasText: "较适合" }).click();
  await sheet.getByLabel("动手实验").fill("能独立装配电路");
  // The tab dies and comes back: the draft is there.
  await page.reload();
  await expect(sheet.getByLabel("动手实验")).toHaveValue("能独立装配电路");
  await expect(submit).toBeEnabled();
  await context.setOffline(true);
  await submit.click();
  await dialog.getByRole("button", { name: "提交评分" }).click();
  await expect(page.getByText("内容已保存在本机")).toBeVisible();
  await expect(dialog).toBeHidden();
  await context.setOffline(false);
  await submit.click();
  await dialog.getByRole("button", { name: "提交评分" }).click();
  await expect(sheet).toBeHidden();
  await expect(page.getByText("能独立装配电路")).toBeVisible();

  // The second panellist sees nothing of it before their own.
  await become(page, logins[1], `/slots/${slot.id}`);
  await expect(page.getByText("提交本人评分后可以看到其他评委的评分")).toBeVisible();
  await expect(page.getByText("能独立装配电路")).toBeHidden();
});

test("a city moves a turn: a clash stands at its field; groups are drawn anew with a reason (P16)", async ({
  page,
}) => {
  await goToStage(page, "interview");
  const city = await become(page, "hohhot-1");
  const [round] = (await ask<{ items: { id: string }[] }>(page, city, "/interviews/rounds?subject=physics"))
    .items;
  const { items } = await ask<{ items: Slot[] }>(page, city, "/interviews/slots?subject=physics&size=100");
  const [one, other] = items.filter((slot) => slot.panel_id === items[0].panel_id);
  await page.goto(`/slots/${one.id}`);
  await page.getByRole("button", { name: "调整场次" }).click();
  const dialog = page.getByRole("dialog");
  const local = (at: string) => new Date(new Date(at).getTime() + 8 * 3_600_000).toISOString().slice(0, 16);
  await dialog.getByLabel("开始时间").fill(local(other.starts_at));
  await dialog.getByLabel("理由").fill("与学校考试冲突");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByText("该组此时已有学生")).toBeVisible();
  await dialog
    .getByLabel("开始时间")
    .fill(local(new Date(Date.parse(other.starts_at) + 86_400_000).toISOString()));
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog).toBeHidden();

  await page.goto(`/interview-rounds/${round.id}`);
  await expectState(page, "安排与评分中");
  await page.getByRole("button", { name: "重新抽签" }).click();
  await dialog.getByLabel("理由").fill("一位评委因公出差");
  await dialog.getByRole("button", { name: "重新抽签" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator(".ant-timeline").getByText("重新抽签")).toBeVisible();

  // Proposed before anybody was scored: refused with how many are missing.
  await page.locator(".actions").getByRole("button", { name: "提出结果" }).click();
  await dialog.getByRole("button", { name: "提出结果" }).click();
  await expect(dialog.getByText("面试评分还不完整")).toBeVisible();
});

test("figures stand side by side; a place that falls free is offered to the next, who takes it (P16)", async ({
  page,
}) => {
  await goToStage(page, "pairing");
  const city = await become(page, "hohhot-1");
  type Round = { id: string; free_places: number; state: string };
  const [round] = (await ask<{ items: Round[] }>(page, city, "/interviews/rounds?subject=physics")).items;
  await page.goto(`/interview-rounds/${round.id}`);
  await expectState(page, "已发布");
  await expect(page.getByText("评委宽严")).toBeVisible();
  await expect(page.getByText("方案规定以“平均分”计分")).toBeVisible();
  await expect(page.getByText("加法模型：各组没有共同评委")).toBeVisible();

  type Result = { registration_id: string; name: string; rank: number };
  const results = await ask<{ items: Result[] }>(
    page,
    city,
    "/interviews/slots?subject=physics&outcome=selected&size=100",
  );
  const waiting = await ask<{ items: Result[] }>(
    page,
    city,
    "/interviews/slots?subject=physics&outcome=reserve&size=100",
  );
  const leaver = await owner(page, results.items[0]);
  const next = await owner(page, waiting.items.sort((a, b) => a.rank - b.rank)[0]);
  await become(page, leaver, `/registrations/${results.items[0].registration_id}`);
  await act(page, "退出", "随家人迁居外省");

  await become(page, "hohhot-1", `/interview-rounds/${round.id}`);
  await expect(page.getByText("空出名额 1 个")).toBeVisible();
  await page.getByRole("button", { name: "递补下一位" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "递补下一位" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("空出名额 0 个")).toBeVisible();

  await become(page, next);
  await page.getByText("递补名额").first().click();
  await page.getByRole("row").nth(1).click();
  await act(page, "接受名额");
  await expectState(page, "已接受");
});

/** The login of the student whose registration it is: names may be shared. */
async function owner(page: import("@playwright/test").Page, one: { name: string; registration_id: string }) {
  const found = await page.request.get("/api/v1/demo/accounts", { params: { q: one.name } });
  for (const account of ((await found.json()) as { items: (Account & { account_id: string })[] }).items) {
    if (!account.login.startsWith("student-")) continue;
    const answer = await page.request.post("/api/v1/demo/become", {
      data: { account_id: account.account_id },
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    const seen = await page.request.get(`/api/v1/registrations/${one.registration_id}`, {
      headers: { Authorization: `Bearer ${access_token}` },
    });
    if (seen.status() === 200) return account.login;
  }
  throw new Error(`no account of ${one.name}`);
}
