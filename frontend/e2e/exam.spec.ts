import { expect, test } from "@playwright/test";
import { act, ask, become, expectState, find, goToStage } from "./helpers";

interface Sitting {
  id: string;
  subject: string;
  seated: number;
  version: number;
}
interface Seat {
  id: string;
  registration_id: string;
  ticket_number: string;
  name: string;
  room: string;
  seat: number;
  mark: string | null;
  parts: Record<string, string> | null;
}

test("a city draws seats anew, scans a ticket, enters marks twice, locks them, and another publishes (P14)", async ({
  page,
}) => {
  await goToStage(page, "written_test");
  const first = await become(page, "hohhot-1");
  const [sitting] = (await ask<{ items: Sitting[] }>(page, first, "/exams/sittings?subject=physics")).items;
  const seats = (await ask<{ items: Seat[] }>(page, first, `/exams/seats?sitting=${sitting.id}&size=100`))
    .items;
  await page.goto(`/sittings/${sitting.id}`);
  await expect(page.getByText("随机种子")).toBeVisible();

  await page.getByRole("button", { name: "重新编排" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("理由").fill("二号考场暖气检修");
  await dialog.getByRole("button", { name: "重新编排" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("重新编排座位").first()).toBeVisible();
  const again = (await ask<{ items: Seat[] }>(page, first, `/exams/seats?sitting=${sitting.id}&size=100`))
    .items;
  const place = (all: Seat[]) => Object.fromEntries(all.map((s) => [s.ticket_number, `${s.room} ${s.seat}`]));
  expect(Object.keys(place(again)).sort()).toEqual(Object.keys(place(seats)).sort());
  expect(place(again)).not.toEqual(place(seats));

  const paper = page.waitForEvent("download");
  await page.getByRole("button", { name: "门贴" }).first().click();
  expect((await paper).suggestedFilename()).toContain(".pdf");

  // At the door: a number that is no ticket, a ticket, the same ticket again.
  await page.getByRole("button", { name: "扫码签到" }).click();
  const scan = async (code: string) => {
    await page.getByPlaceholder("输入二维码编码").fill(code);
    await page.getByRole("button", { name: "签到", exact: true }).click();
  };
  await scan("T-0000");
  await expect(page.getByText("无法识别这张二维码")).toBeVisible();
  await scan(again[0].ticket_number);
  await expect(page.getByText(`${again[0].name} 已签到`)).toBeVisible();
  await scan(again[0].ticket_number);
  await expect(page.getByText(`${again[0].name} 之前已签到`)).toBeVisible();

  // Locked before both entries are there: refused with the count.
  await page.goto(`/sittings/${sitting.id}`);
  const lock = async () => {
    await page.getByRole("button", { name: "锁定成绩" }).click();
    await dialog.getByRole("button", { name: "锁定成绩" }).click();
  };
  await lock();
  await expect(dialog.getByText("成绩还不完整")).toBeVisible();
  await page.keyboard.press("Escape");
  const second = await become(page, "hohhot-2");
  for (const token of [first, second]) {
    const items = again.map((s, n) => ({ ticket_number: s.ticket_number, mark: String(40 + (n % 60)) }));
    const headers = { Authorization: `Bearer ${token}` };
    const sent = await page.request.post(`/api/v1/exams/sittings/${sitting.id}/marks`, {
      headers,
      data: { items },
    });
    expect(sent.status(), await sent.text()).toBe(200);
  }
  await page.goto(`/sittings/${sitting.id}`);
  await lock();
  await expect(dialog).toBeHidden();

  // Who locked does not publish.
  const publish = page.getByRole("button", { name: "公布成绩" });
  await publish.click();
  await expect(dialog.getByText("须由另一位同事发布")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "同时发布" })).toBeDisabled();
  await become(page, "hohhot-1", `/sittings/${sitting.id}`);
  await publish.click();
  await expect(dialog.getByText(`${again.length} 名学生`)).toBeVisible();
  await dialog.getByRole("button", { name: "同时发布" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator(".ant-timeline").getByText("公布成绩")).toBeVisible();
});

test("a student asks for a re-check; a mark changes only by two people, and the student sees it (P14)", async ({
  page,
}) => {
  await goToStage(page, "cutoff");
  const student = await become(page, "student-001");
  const [seat] = (await ask<{ items: Seat[] }>(page, student, "/exams/seats")).items;
  await page.goto(`/seats/${seat.id}`);
  await page.getByRole("button", { name: "申请复核" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "申请复核" }).click();
  await expect(dialog.getByText("必填")).toBeVisible();
  await dialog.getByLabel("理由").fill("最后一题似未计分");
  await dialog.getByRole("button", { name: "申请复核" }).click();
  await expect(dialog).toBeHidden();

  const number = (await ask<{ items: { city_name: string }[] }>(page, student, "/exams/rechecks")).items[0];
  const city = number.city_name.includes("呼和浩特")
    ? "hohhot"
    : number.city_name.includes("包头")
      ? "baotou"
      : "tongliao";
  const office = await become(page, `${city}-1`);
  const [recheck] = (await ask<{ items: { id: string }[] }>(page, office, `/exams/rechecks?seat=${seat.id}`))
    .items;
  await page.goto(`/rechecks/${recheck.id}`);
  await expectState(page, "待答复");
  await page.locator(".actions").getByRole("button", { name: "提出更正" }).click();
  const inputs = dialog.getByRole("spinbutton");
  const count = await inputs.count();
  for (let n = 0; n < count; n++) await inputs.nth(n).fill(String(11 + n));
  await dialog.getByLabel("理由").fill("第12题漏加");
  await dialog.getByRole("button", { name: "提交" }).click();
  await expect(dialog).toBeHidden();
  await expectState(page, "待另一人确认");
  await page.locator(".actions").getByRole("button", { name: "确认更正" }).click();
  await dialog.getByRole("button", { name: "确认更正" }).click();
  await expect(dialog.getByText("须由另一人办理")).toBeVisible();
  await find(page, `${city}-2`);
  await become(page, `${city}-2`, `/rechecks/${recheck.id}`);
  await act(page, "确认更正");
  await expectState(page, "已更正");

  await become(page, "student-001", `/seats/${seat.id}`);
  const sum = Array.from({ length: count }, (_, n) => 11 + n).reduce((a, b) => a + b, 0);
  await expect(page.locator(".ant-descriptions").getByText(String(sum), { exact: true })).toBeVisible();
  await page.goto("/inbox");
  await expect(page.getByText("确认更正").first()).toBeVisible();
});
