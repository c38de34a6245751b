import { type Browser, type BrowserContext, expect, type Page } from "@playwright/test";
import { ask, become, namesake, PASSWORD } from "./helpers";

interface Missing {
  student_name: string;
  enrolment_id: string;
  session_id: string;
  session_title: string;
}

/** A student who has a log to write, and which. */
export interface Writer extends Missing {
  login: string;
  /** The region's office: sees every log. */
  office: string;
}

/** Some students with a log to write, each another one. */
export async function writers(page: Page, count: number): Promise<Writer[]> {
  const office = await become(page, "region");
  const missing = await ask<{ items: Missing[] }>(page, office, "/growth-logs/missing?size=100");
  const found: Writer[] = [];
  for (const line of missing.items) {
    if (found.length === count) break;
    if (found.some((one) => one.enrolment_id === line.enrolment_id)) continue;
    const account = await namesake(page, line.student_name, async (token) => {
      const own = await ask<{ items: Missing[] }>(page, token, "/growth-logs/missing");
      return own.items.some(
        (log) => log.session_id === line.session_id && log.enrolment_id === line.enrolment_id,
      );
    });
    found.push({ ...line, login: account.login, office });
  }
  expect(found).toHaveLength(count);
  return found;
}

export async function newPhone(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
}

export async function signIn(phone: Page, login: string): Promise<void> {
  await phone.getByLabel("账号").fill(login);
  await phone.getByLabel("密码").fill(PASSWORD);
  await phone.getByRole("button", { name: "登录" }).click();
}

/** A phone at the home page of the phone version, signed in, with everything kept for a time without a network. */
export async function opened(context: BrowserContext, login: string): Promise<Page> {
  const phone = await context.newPage();
  await phone.goto("/m/");
  await signIn(phone, login);
  await expect(phone.getByRole("heading", { name: "待写日志" })).toBeVisible();
  await phone.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  return phone;
}

export async function openLog(phone: Page, writer: Writer): Promise<void> {
  await phone.locator(`a[href="/m/log/${writer.session_id}"]`).first().click();
  await expect(phone.getByRole("heading", { name: writer.session_title, level: 1 })).toBeVisible();
}

/** What the office sees of this student and session. */
export async function logsOf(page: Page, writer: Writer): Promise<{ id: string; state: string }[]> {
  const { office, session_id, enrolment_id } = writer;
  const path = `/growth-logs?session=${session_id}&enrolment=${enrolment_id}`;
  return (await ask<{ items: { id: string; state: string }[] }>(page, office, path)).items;
}

/** A photo as a phone takes it: lying on its side, with the place in it. */
export async function photoWithPlace(page: Page): Promise<Buffer> {
  const drawn = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [60, 40];
    const pen = canvas.getContext("2d")!;
    pen.fillStyle = "#c33";
    pen.fillRect(0, 0, 60, 20);
    const blob = await new Promise<Blob | null>((made) => canvas.toBlob(made, "image/jpeg"));
    return [...new Uint8Array(await blob!.arrayBuffer())];
  });
  const jpeg = Buffer.from(drawn);
  // TIFF, big-endian: orientation 6, and a GPS directory that says 40° 49' north.
  const tiff = Buffer.alloc(96);
  tiff.write("MM\0*\0\0\0\x08", 0, "latin1");
  tiff.writeUInt16BE(2, 8);
  entry(tiff, 10, 0x0112, 3, 1, 6 << 16);
  entry(tiff, 22, 0x8825, 4, 1, 38);
  tiff.writeUInt16BE(2, 38);
  entry(tiff, 40, 1, 2, 2, "N".charCodeAt(0) << 24);
  entry(tiff, 52, 2, 5, 3, 68);
  for (const [i, value] of [40, 1, 49, 1, 0, 1].entries()) tiff.writeUInt32BE(value, 68 + 4 * i);
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const marker = Buffer.from([0xff, 0xe1, 0, 0]);
  marker.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), marker, body, jpeg.subarray(2)]);
}

function entry(tiff: Buffer, at: number, tag: number, type: number, count: number, value: number): void {
  tiff.writeUInt16BE(tag, at);
  tiff.writeUInt16BE(type, at + 2);
  tiff.writeUInt32BE(count, at + 4);
  tiff.writeUInt32BE(value >>> 0, at + 8);
}
