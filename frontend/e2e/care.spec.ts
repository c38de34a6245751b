import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { become, goToStage } from "./helpers";

// Who looks at what while the interviews go on: the lists, and of each its first record.
const WALKS: Record<string, string[]> = {
  region: ["/nominations", "/cutoffs"],
  "hohhot-1": ["/sittings", "/panels", "/interview-rounds"],
  "hohhot-school-1": ["/registrations"],
  "mentor-001": ["/slots"],
  "student-001": ["/seats"],
};

/** Nothing serious or critical for axe, and nothing that moves a phone's page sideways. */
async function cared(page: Page): Promise<void> {
  await expect(page.locator(".ant-skeleton, .ant-spin-spinning")).toHaveCount(0);
  // A button that is just waking up passes through a colour of its own: what counts is where it comes to rest.
  await expect(async () => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    const grave = violations.filter((one) => one.impact === "serious" || one.impact === "critical");
    const said = grave.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 200)}`));
    expect(said, page.url()).toEqual([]);
  }).toPass({ timeout: 15_000, intervals: [500, 1_000] });
  await page.setViewportSize({ width: 390, height: 844 });
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth), { message: page.url() })
    .toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1440, height: 900 });
}

test("lists and records of five roles pass axe and fit a phone", async ({ page }) => {
  await goToStage(page, "interview");
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const [login, paths] of Object.entries(WALKS)) {
    await become(page, login);
    await cared(page);
    for (const path of paths) {
      await page.goto(path);
      const first = page.locator("tr.opens a").first();
      await expect(first).toBeVisible();
      await cared(page);
      await first.click();
      await expect(page.getByText("基本情况")).toBeVisible();
      await cared(page);
    }
  }
});

test("in the dark the pages are as legible", async ({ page }) => {
  await goToStage(page, "interview");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 1440, height: 900 });
  await become(page, "hohhot-1");
  await cared(page);
  await page.goto("/registrations");
  await expect(page.locator("tr.opens a").first()).toBeVisible();
  await cared(page);
});
