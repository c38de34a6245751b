import { expect, type Page } from "@playwright/test";

export const PASSWORD = "saplings-grow-2024";

interface Account {
  account_id: string;
  login: string;
  name: string;
}

/** The demo's year as it stood at a stage. */
export async function goToStage(page: Page, code: string): Promise<void> {
  // The first going may wait for the demo's copies of the year.
  const answer = await page.request.post("/api/v1/demo/stage", { data: { code }, timeout: 90_000 });
  expect(answer.status(), await answer.text()).toBe(200);
}

async function accounts(page: Page, q: string): Promise<Account[]> {
  const answer = await page.request.get("/api/v1/demo/accounts", { params: { q } });
  return ((await answer.json()) as { items: Account[] }).items;
}

async function tokenOf(page: Page, account: Account): Promise<string> {
  const answer = await page.request.post("/api/v1/demo/become", { data: { account_id: account.account_id } });
  return ((await answer.json()) as { access_token: string }).access_token;
}

export async function find(page: Page, login: string): Promise<Account> {
  const found = (await accounts(page, login)).find((item) => item.login === login);
  if (!found) throw new Error(`no demo account ${login}`);
  return found;
}

/** The one of this name for whom it is true: two students may share a name, or one name begin another. */
export async function namesake(
  page: Page,
  name: string,
  isMeant: (token: string) => Promise<boolean>,
): Promise<Account> {
  for (const account of (await accounts(page, name)).filter((item) => item.name === name))
    if (await isMeant(await tokenOf(page, account))) return account;
  throw new Error(`no demo account of ${name} is meant`);
}

/** Be somebody, as the demo bar does it, at home or at an address; gives the token for calls beside the page. */
export async function become(page: Page, login: string, address?: string): Promise<string> {
  const access_token = await tokenOf(page, await find(page, login));
  await page.goto(address ?? "/");
  if (!address) await expect(page.getByText("待我办理")).toBeVisible();
  return access_token;
}

export async function ask<T>(page: Page, token: string, path: string): Promise<T> {
  const answer = await page.request.get(`/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } });
  expect(answer.status(), path).toBe(200);
  return (await answer.json()) as T;
}

/** Choose from a select of the form in front, by its label. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  const field = page.locator(".ant-form-item", { has: page.locator(`label[title="${label}"]`) }).last();
  // A list that is still opening swallows a click: what counts is that the field shows the choice.
  await expect(async () => {
    await field.getByRole("combobox").click();
    await page
      .locator(".ant-select-dropdown:visible .ant-select-item-option", { hasText: option })
      .first()
      .click({ timeout: 2_000 });
    await expect(field.locator(".ant-select")).toContainText(option, { timeout: 1_000 });
  }).toPass({ timeout: 15_000 });
}

/** Press an act of a record, and confirm it. */
export async function act(page: Page, label: string, reason?: string): Promise<void> {
  await page.locator(".actions").getByRole("button", { name: label, exact: true }).click();
  const dialog = page.getByRole("dialog");
  if (reason) await dialog.getByLabel("理由", { exact: true }).fill(reason);
  // A press while the dialog still opens may be lost; whoever still sees it presses again.
  await expect(async () => {
    const button = dialog.getByRole("button", { name: label, exact: true });
    if (await button.isVisible()) await button.click({ timeout: 2_000 });
    await expect(dialog).toBeHidden({ timeout: 5_000 });
  }).toPass({ timeout: 20_000 });
}

export async function expectState(page: Page, state: string): Promise<void> {
  await expect(page.locator("h3 + .ant-tag")).toHaveText(state);
}
