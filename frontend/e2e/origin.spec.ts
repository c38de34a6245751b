import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join, resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { goToStage, PASSWORD } from "./helpers";

const dist = resolve(import.meta.dirname, "../dist");
const api = process.env.MIAOPU_URL ?? "http://127.0.0.1:8000";
const allowed = Number(process.env.MIAOPU_OTHER_PORT ?? 0);
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** The built folder on an origin of its own, told at run time where the API is. */
function serve(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0];
    if (path === "/config.json") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ api }));
      return;
    }
    const file = join(dist, path);
    const found = existsSync(file) && statSync(file).isFile() ? file : join(dist, "index.html");
    response.setHeader("content-type", types[extname(found)] ?? "application/octet-stream");
    createReadStream(found).pipe(response);
  });
  return new Promise((done) => server.listen(port, "127.0.0.1", () => done(server)));
}

test("the built pages work from another origin that the API allows, and from no other", async ({
  page,
  browser,
}) => {
  test.skip(!allowed, "the API was started without an allowed origin");
  await goToStage(page, "cutoff");
  const friend = await serve(allowed);
  const stranger = await serve(0);
  try {
    const guest = await (await browser.newContext({ locale: "zh-CN" })).newPage();
    await guest.goto(`http://127.0.0.1:${allowed}/sign-in`);
    await guest.getByLabel("账号").fill("region");
    await guest.getByLabel("密码").fill(PASSWORD);
    await guest.getByRole("button", { name: "登录" }).click();
    await expect(guest.getByText("待我办理")).toBeVisible();
    await guest.reload();
    await expect(guest.getByText("待我办理")).toBeVisible();

    const other = await (await browser.newContext({ locale: "zh-CN" })).newPage();
    const address = stranger.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await other.goto(`http://127.0.0.1:${port}/sign-in`);
    await other.getByLabel("账号").fill("region");
    await other.getByLabel("密码").fill(PASSWORD);
    await other.getByRole("button", { name: "登录" }).click();
    await expect(other.getByRole("alert")).toBeVisible();
    await expect(other.getByText("待我办理")).toHaveCount(0);
  } finally {
    friend.close();
    stranger.close();
  }
});
