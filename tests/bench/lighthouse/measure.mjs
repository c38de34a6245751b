// What Lighthouse says of the phone's pages: slow 4G, the CPU slowed four times, a phone's screen.
// node measure.mjs URL LOGIN PASSWORD SESSION
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const [url, login, password, session] = process.argv.slice(2);
const PAGES = [
  ["sign-in form", "/m/", false],
  ["growth log", `/m/log/${session}`, true],
];
const FIGURES = [
  "first-contentful-paint",
  "largest-contentful-paint",
  "total-blocking-time",
  "cumulative-layout-shift",
  "interactive",
  "total-byte-weight",
];

for (const [title, path, signedIn] of PAGES) {
  const profile = mkdtempSync(join(tmpdir(), "miaopu-lighthouse-"));
  const browser = await puppeteer.launch({
    executablePath: process.env.MIAOPU_CHROMIUM ?? "/usr/bin/chromium",
    userDataDir: profile,
    args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const page = await browser.newPage();
  if (signedIn) {
    await page.goto(`${url}/m/`);
    await page.evaluate(
      (given) =>
        fetch("/api/v1/auth/sign-in", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(given),
        }).then((answer) => answer.status),
      { login, password },
    );
    // Only the cookie stays: the page is measured as on its first visit.
    await page.evaluate(async () => {
      for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
    });
    const wire = await page.createCDPSession();
    await wire.send("Network.clearBrowserCache");
    await page.goto("about:blank");
  }
  const { lhr } = await lighthouse(
    url + path,
    { port: new URL(browser.wsEndpoint()).port, disableStorageReset: true, logLevel: "error", output: "json" },
    undefined,
    page,
  );
  const scores = Object.values(lhr.categories).map((one) => `${one.title} ${Math.round((one.score ?? 0) * 100)}`);
  console.log(`${title}: ${scores.join(" · ")}`);
  console.log(`  ${FIGURES.map((id) => `${lhr.audits[id].title} ${lhr.audits[id].displayValue ?? "0"}`).join(" · ")}`);
  for (const category of Object.values(lhr.categories))
    for (const ref of category.auditRefs) {
      const audit = lhr.audits[ref.id];
      if (audit.score !== null && audit.score < 0.9 && ref.weight > 0) console.log(`  below: ${audit.title}`);
    }
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
