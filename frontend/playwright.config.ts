import { defineConfig } from "@playwright/test";

// One demo answers all tests, and going to a stage changes it for everybody: one after the other.
export default defineConfig({
  testDir: "e2e",
  workers: 1,
  fullyParallel: false,
  retries: process.env.CI ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env.MIAOPU_URL ?? "http://127.0.0.1:8000",
    locale: "zh-CN",
    actionTimeout: 20_000,
    timezoneId: "America/New_York",
    // Nothing moves: what is pressed is where it stays.
    contextOptions: { reducedMotion: "reduce" },
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: process.env.MIAOPU_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    },
  },
});
