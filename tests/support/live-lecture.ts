/*
 * One lecture on air on the whole product: a host with a camera whose pictures are counted, a viewer by WebRTC, a
 * viewer by HLS, chats open. What tests of faults begin with. `close()` ends browsers and product.
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { ROOT_DIR } from "../../server/config.ts";
import { createFakeCamera } from "./fake-camera.ts";
import { readLongestFreeze, watchFreezes } from "./freeze-watch.ts";
import { launchChromium } from "./media-peer.ts";
import { Visitor } from "./page-story.ts";
import { readPicture } from "./picture.ts";
import { type Product, type ProductOptions, startProduct } from "./product.ts";
import { waitFor } from "./wait-for.ts";

const CAMERA_FPS = 15;
const CAMERA_FRAMES = CAMERA_FPS * 20;
export const HOST_NAME = "Aino Juontaja";
export const STAGE_PATH = "/e/jarjestomessut/stage/paasali";
export const PROGRAMME = "video.player-video";
const MONITOR = ".programme-monitor video";
/** Three pages on a loaded machine. */
const PATIENCE_MS = 90_000;
const CAMERA_SIZE = "?camera=320x180@15";

export function createCountingCamera(): { video: string; audio: string } {
  return createFakeCamera("counter", { folder: join(ROOT_DIR, "tests/output/fake") });
}

/** A studio's browser: its camera shows the counter, its microphone gives a tone. */
export function launchStudio(): Promise<Browser> {
  return launchChromium(createCountingCamera());
}

export class LiveLecture {
  readonly product: Product;
  readonly browser: Browser;
  readonly host: Visitor;
  readonly watcher: Visitor;
  readonly firewalled: Visitor;

  /** The product runs, everybody has a page; nothing is open yet. */
  static async create(options: ProductOptions = {}): Promise<LiveLecture> {
    const [product, browser] = await Promise.all([startProduct(options), launchStudio()]);
    const hls = { "torilla.player": JSON.stringify({ preference: "hls" }) };
    const [host, watcher, firewalled] = await Promise.all([
      Visitor.create(browser, product.url),
      Visitor.create(browser, product.url),
      Visitor.create(browser, product.url, { storage: hls }),
    ]);
    for (const { page } of [host, watcher, firewalled]) page.setDefaultTimeout(PATIENCE_MS);
    return new LiveLecture({ product, browser, host, watcher, firewalled });
  }

  private constructor(parts: Pick<LiveLecture, "product" | "browser" | "host" | "watcher" | "firewalled">) {
    this.product = parts.product;
    this.browser = parts.browser;
    this.host = parts.host;
    this.watcher = parts.watcher;
    this.firewalled = parts.firewalled;
  }

  /** Host in the backstage, on air, and both viewers see the counter go on. */
  async goLive(): Promise<void> {
    await enterBackstage(this.host, this.product.link(/^Host/));
    const { page } = this.host;
    await page.getByRole("button", { name: "Avaa harjoitus" }).click();
    await this.seesCounter(this.host, { selector: MONITOR });
    await page.getByRole("button", { name: "Aloita lähetys…" }).click();
    await page.getByRole("button", { name: "Kyllä, suoraan lähetykseen" }).click();
    await page.getByText("LÄHETYKSESSÄ").waitFor({ timeout: 60_000 });
    await Promise.all([this.watch(this.watcher), this.watch(this.firewalled)]);
  }

  /** Waits for a picture with the host's counter in it. */
  async seesCounter(
    visitor: Visitor,
    { selector = PROGRAMME, timeoutMs = 60_000 }: { selector?: string; timeoutMs?: number } = {},
  ): Promise<void> {
    await waitFor(async () => (await readPicture(visitor.page, selector))?.counter != null, {
      timeoutMs,
      what: `the counter in ${selector}`,
    }).catch(async (error: unknown) => {
      await visitor.shoot("fault-failed");
      throw error;
    });
  }

  /** From here on `seesPast` measures; the page must not be loaded anew until then. */
  async expectNoReload(): Promise<void> {
    await Promise.all([this.watcher, this.firewalled].map(({ page }) => watchFreezes(page, PROGRAMME)));
  }

  /**
   * Waits until the visitor sees what the host's camera saw after `sinceMs` (Date.now()).
   * @returns the longest time that the picture stood still or showed no counter, seconds
   */
  async seesPast(visitor: Visitor, sinceMs: number, timeoutMs = 30_000): Promise<number> {
    await waitFor(async () => (await this.secondsBehind(visitor)) < (Date.now() - sinceMs) / 1000, {
      timeoutMs,
      what: "a picture from after the fault",
    }).catch(async (error: unknown) => {
      await visitor.shoot("fault-failed");
      await this.host.shoot("fault-failed-host");
      throw error;
    });
    return readLongestFreeze(visitor.page);
  }

  /** How far the programme is behind the host's own camera, seconds (below 20); infinite without a counter. */
  async secondsBehind(visitor: Visitor, selector = PROGRAMME): Promise<number> {
    const [own, seen] = await Promise.all([
      readPicture(this.host.page, ".peer-tile video"),
      readPicture(visitor.page, selector),
    ]);
    if (own?.counter == null || seen?.counter == null) return Number.POSITIVE_INFINITY;
    // A few pictures of slack: what is ahead by a hair is not 20 s behind.
    const frames = (own.counter - seen.counter + 5 + CAMERA_FRAMES) % CAMERA_FRAMES;
    return (frames - 5) / CAMERA_FPS + (seen.atMs - own.atMs) / 1000;
  }

  /** What the processes said is left in `tests/output/logs/`, for people to look at. */
  async close(): Promise<void> {
    await this.browser.close();
    const { dataDir } = this.product.place;
    cpSync(join(dataDir, "logs"), join(ROOT_DIR, "tests/output/logs"), { recursive: true, force: true });
    const { exitCode, signalCode } = this.product.launched.child;
    if (exitCode === null && signalCode === null) await this.product.stop();
  }

  /** Opens the stage's page and waits for the picture. */
  async watch(visitor: Visitor): Promise<void> {
    await visitor.page.goto(visitor.origin + STAGE_PATH);
    await this.seesCounter(visitor);
    await watchFreezes(visitor.page, PROGRAMME);
  }
}

/** From the join link through the device check. */
export async function enterBackstage({ page, origin }: Visitor, link: string): Promise<void> {
  const { pathname, hash } = new URL(link);
  await page.goto(origin + pathname + hash);
  await page.waitForURL(/backstage/);
  await page.goto(page.url().replace(/\?.*$/, "") + CAMERA_SIZE);
  await page.getByLabel("Nimesi").fill(HOST_NAME);
  await page.locator(".device-check-picture video").waitFor({ timeout: 30_000 });
  await page.getByRole("button", { name: "Siirry takahuoneeseen" }).click();
}

export async function writeChat({ page }: Visitor, text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: /viesti/i });
  await field.fill(text);
  await field.press("Enter");
}

/** The messages that are in the chat's log, without those that wait to be sent. */
export function readChat({ page }: Visitor): Promise<string[]> {
  return page.locator(".chat-row:not(.chat-row-unsent) .chat-text").allTextContents();
}
