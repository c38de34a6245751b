import { expect, test } from "@playwright/test";
import { cared } from "./cared";
import { become, goToStage } from "./helpers";

// Who looks at what while the interviews go on: the lists, and of each its first record.
const WALKS: Record<string, string[]> = {
  region: ["/nominations", "/cutoffs"],
  "hohhot-1": ["/sittings", "/panels", "/interview-rounds"],
  "hohhot-school-1": ["/registrations"],
  "mentor-001": ["/slots"],
  "student-001": ["/seats"],
};

test("lists and records of five roles pass axe and fit a phone", async ({ page }) => {
  await goToStage(page, "interview");
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const [login, paths] of Object.entries(WALKS)) {
    await become(page, login);
    await cared(page);
    for (const path of paths) {
      await page.goto(`${path}?size=5`);
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
  await page.goto("/registrations?size=5");
  await expect(page.locator("tr.opens a").first()).toBeVisible();
  await cared(page);
});
