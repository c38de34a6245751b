import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Nothing serious or critical for axe, and nothing that moves a phone's page sideways. */
export async function cared(page: Page): Promise<void> {
  await expect(page.locator(".ant-skeleton, .ant-spin-spinning")).toHaveCount(0);
  // A button that is just waking up passes through a colour of its own: what counts is where it comes to rest.
  await expect(async () => {
    // Only what is wrong, and in this page: its frames are papers of our own.
    const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
    const { violations } = await axe.analyze();
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
