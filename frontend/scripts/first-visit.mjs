// How soon a growth log can be typed on a cheap phone: prints what is loaded and when the form takes a letter.
// node scripts/first-visit.mjs URL LOGIN PASSWORD SESSION [ROUNDS]
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { chromium } from "@playwright/test";

const [url, login, password, session, rounds = "5"] = process.argv.slice(2);
// 400 ms there and back, 400 kbit/s each way; the CPU four times slower than this machine's.
const NETWORK = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const SLOWER = 4;

const assets = join(import.meta.dirname, "../dist/m/assets");
console.log("compressed (brotli) in the build:");
for (const name of readdirSync(assets))
  console.log(`  ${name.padEnd(28)} ${kilo(brotliCompressSync(readFileSync(join(assets, name))).length)}`);

const browser = await chromium.launch({
  executablePath: process.env.MIAOPU_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
await visit("sign-in form, first visit", "/m/", "#password", false);
await visit("growth log, first visit, signed in", `/m/log/${session}`, "textarea", true);
await visit("growth log, second visit", `/m/log/${session}`, "textarea", true, true);
await browser.close();

function kilo(bytes) {
  return `${(bytes / 1024).toFixed(1)} kB`;
}

async function visit(title, path, field, signedIn, twice = false) {
  const times = [];
  let scripts = 0;
  for (let round = 0; round < Number(rounds); round++) {
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    });
    if (signedIn) await context.request.post(`${url}/api/v1/auth/sign-in`, { data: { login, password } });
    const page = await context.newPage();
    if (twice) {
      await page.goto(url + path);
      await page.locator(field).first().waitFor();
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await page.goto("about:blank");
    }
    const wire = await context.newCDPSession(page);
    await wire.send("Network.enable");
    await wire.send("Network.emulateNetworkConditions", NETWORK);
    await wire.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    const wanted = new Set();
    scripts = 0;
    wire.on("Network.responseReceived", ({ requestId, type }) => type === "Script" && wanted.add(requestId));
    wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (wanted.has(requestId)) scripts += encodedDataLength;
    });
    const began = performance.now();
    await page.goto(url + path, { waitUntil: "commit" });
    await page.locator(field).first().pressSequentially("x");
    times.push(performance.now() - began);
    await context.close();
  }
  times.sort((one, other) => one - other);
  const middle = times[Math.floor(times.length / 2)];
  console.log(
    `${title.padEnd(36)} typed after ${(middle / 1000).toFixed(2)} s (median of ${times.length}; ` +
      `${(times[0] / 1000).toFixed(2)}–${(times.at(-1) / 1000).toFixed(2)}), script on the wire ${kilo(scripts)}`,
  );
}
