import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeCamera, TONE_HZ } from "../support/fake-camera.ts";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { type PictureSample, readPicture, readSound } from "../support/picture.ts";
import { type Product, startProduct } from "../support/product.ts";
import { waitFor } from "../support/wait-for.ts";

/*
 * The lecture, from a camera with a burnt-in counter and a tone to everybody who watches it: the story that the
 * product exists for, in real browsers over real media.
 */

const CAMERA_FPS = 15;
const CAMERA_FRAMES = CAMERA_FPS * 20;
const EVENT = "/e/jarjestomessut";
const STAGE = `${EVENT}/stage/paasali`;
const VIDEO = "video.player-video";

describe("a lecture from camera to replay", () => {
  let product: Product;
  let studio: Browser;
  let audience: Browser;
  let host: Visitor;
  let watcher: Visitor;
  let firewalled: Visitor;
  let screen: Visitor;
  /** When the host saw the light. */
  let liveAt = 0;

  beforeAll(async () => {
    const [started, camera] = [
      startProduct(),
      createFakeCamera("counter", { folder: join(import.meta.dirname, "../output/fake") }),
    ];
    product = await started;
    studio = await launchChromium(camera);
    audience = await launchChromium();
    host = await Visitor.create(studio, product.url);
    watcher = await Visitor.create(audience, product.url);
    firewalled = await Visitor.create(audience, product.url, {
      storage: { "torilla.player": JSON.stringify({ preference: "hls" }) },
    });
    screen = await Visitor.create(audience, product.url, { width: 1280, height: 720 });
  });

  afterAll(async () => {
    await studio?.close();
    await audience?.close();
    await product?.stop();
  });

  it("takes the host from the link through the device check to the backstage", async () => {
    const { page } = host;
    await page.goto(product.link(/^Host/));
    await page.getByLabel("Nimesi").fill("Aino Juontaja");
    await page.locator(".device-check-picture video").waitFor();
    await host.shoot("backstage-check");
    await page.getByRole("button", { name: "Siirry takahuoneeseen" }).click();
    await page.getByRole("button", { name: "Avaa harjoitus" }).click();
    await page.getByText("Yleisö ei näe eikä kuule tätä.").waitFor();
  });

  it("shows the host the programme in rehearsal, and the audience nothing of it", async () => {
    const monitor = await moving(host, ".programme-monitor video");
    expect(monitor.counter).not.toBeNull();
    await watcher.page.goto(product.url + STAGE);
    await watcher.page.getByRole("heading", { level: 1 }).waitFor();
    expect(await watcher.page.locator(VIDEO).evaluate((video: HTMLVideoElement) => video.readyState)).toBe(0);
  });

  it("goes live in two steps", async () => {
    const { page } = host;
    await page.getByRole("button", { name: "Aloita lähetys…" }).click();
    await page.getByRole("button", { name: "Kyllä, suoraan lähetykseen" }).click();
    await page.getByText("LÄHETYKSESSÄ", { exact: true }).waitFor();
    liveAt = performance.now();
    await page.getByText("Yleisö voi nähdä ja kuulla sinut.").waitFor();
  });

  it("is seen and heard over WebRTC within half a second", async () => {
    await moving(watcher, VIDEO);
    expect(
      await watcher.page.locator(VIDEO).evaluate((video: HTMLVideoElement) => video.srcObject !== null),
    ).toBe(true);
    const { toneDb, allDb } = await readSound(watcher.page, VIDEO, TONE_HZ);
    expect(allDb).toBeGreaterThan(-40);
    expect(toneDb).toBeGreaterThan(-60);
    const behind = await median(5, () => secondsBehind(watcher));
    console.log(`WebRTC: ${(behind * 1000).toFixed(0)} ms glass to glass`);
    expect(behind).toBeLessThan(1);
    await host.shoot("backstage-live");
    await watcher.shoot("stage-live");
  });

  it("is seen over HLS where WebRTC is not to be had, less than three seconds behind", async () => {
    await firewalled.page.goto(product.url + STAGE);
    await moving(firewalled, VIDEO);
    expect(
      await firewalled.page.locator(VIDEO).evaluate((video: HTMLVideoElement) => video.srcObject),
    ).toBeNull();
    const { allDb } = await readSound(firewalled.page, VIDEO, TONE_HZ);
    expect(allDb).toBeGreaterThan(-40);
    const behind = await waitFor(
      async () => {
        const seconds = await secondsBehind(firewalled);
        return seconds < 3 && seconds;
      },
      { timeoutMs: 30_000, what: "HLS less than 3 s behind" },
    );
    console.log(`HLS: ${behind.toFixed(2)} s glass to glass`);
  });

  it("is shown on the break-room screen, without sound", async () => {
    await screen.page.goto(product.link(/screen/i));
    const picture = await moving(screen, ".screen-picture video");
    expect(picture.counter).not.toBeNull();
    expect(
      await screen.page.locator(".screen-picture video").evaluate((video: HTMLVideoElement) => video.muted),
    ).toBe(true);
    await screen.page.getByText("Suora lähetys").waitFor();
    await screen.shoot("screen-live");
    await screen.page.goto("about:blank");
  });

  it("carries the chat to everybody in the same order, and over a reload", async () => {
    const write = async (visitor: Visitor, text: string) => {
      const field = visitor.page.getByRole("textbox", { name: /viesti/i });
      await field.fill(text);
      await field.press("Enter");
    };
    await write(watcher, "Hyvää huomenta Oulusta");
    await watcher.page.getByText("Hyvää huomenta Oulusta").waitFor();
    await firewalled.page.getByText("Hyvää huomenta Oulusta").waitFor();
    await write(firewalled, "Kuuluuko ääni?");
    await watcher.page.getByText("Kuuluuko ääni?").waitFor();
    await firewalled.page.reload();
    await firewalled.page.getByText("Hyvää huomenta Oulusta").waitFor();
    await firewalled.page.getByText("Kuuluuko ääni?").waitFor();
  });

  it("ends in two steps, and the replay plays from start to end at the right duration", async () => {
    const { page } = host;
    await page.getByRole("button", { name: "Lopeta lähetys…" }).click();
    const pressedAt = performance.now();
    await page.getByRole("button", { name: "Kyllä, lopeta lähetys" }).click();
    await page.getByText("Tallenne on yleisön katsottavissa.").waitFor();
    const replay = watcher.page.locator(".replay-card").first();
    await replay.waitFor({ timeout: 10_000 });
    console.log(`replay offered ${(performance.now() - pressedAt).toFixed(0)} ms after the end was pressed`);
    await replay.click();
    await moving(watcher, VIDEO);
    const length = await watcher.page.locator(VIDEO).evaluate((video: HTMLVideoElement) => video.duration);
    // Live began within the moment between the press and the light, and ended within the one after the press.
    expect(length).toBeGreaterThan((pressedAt - liveAt) / 1000 - 2);
    expect(length).toBeLessThan((pressedAt - liveAt) / 1000 + 4);
    await watcher.page.locator(VIDEO).evaluate((video: HTMLVideoElement) => {
      video.currentTime = video.duration - 2;
    });
    await waitFor(() => watcher.page.locator(VIDEO).evaluate((video: HTMLVideoElement) => video.ended), {
      timeoutMs: 20_000,
      what: "the replay's end",
    });
  });

  it("called no foreign host and broke no page", () => {
    for (const visitor of [host, watcher, firewalled, screen]) {
      expect(visitor.foreign).toEqual([]);
      expect(visitor.errors).toEqual([]);
    }
  });

  /** Waits until the counter in the picture goes on. */
  async function moving(visitor: Visitor, selector: string): Promise<PictureSample> {
    const first = await waitFor(
      async () => {
        const sample = await readPicture(visitor.page, selector);
        return sample?.counter == null ? null : sample;
      },
      { timeoutMs: 30_000, what: `a counter in ${selector} (see tests/output)` },
    ).catch(async (error: unknown) => {
      await visitor.shoot("failed");
      throw error;
    });
    return waitFor(
      async () => {
        const sample = await readPicture(visitor.page, selector);
        return sample?.counter != null && sample.counter !== first.counter ? sample : null;
      },
      { timeoutMs: 10_000, what: `movement in ${selector}` },
    );
  }

  /** How far the viewer's picture is behind the host's own camera, seconds; both pages are on this machine. */
  async function secondsBehind(visitor: Visitor): Promise<number> {
    const [own, seen] = await Promise.all([
      readPicture(host.page, ".peer-tile video"),
      readPicture(visitor.page, VIDEO),
    ]);
    if (own?.counter == null || seen?.counter == null) return Number.POSITIVE_INFINITY;
    const frames = (own.counter - seen.counter + CAMERA_FRAMES) % CAMERA_FRAMES;
    return frames / CAMERA_FPS + (seen.atMs - own.atMs) / 1000;
  }
});

async function median(count: number, measure: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push(await measure());
  return all.sort((a, b) => a - b)[Math.floor(count / 2)]!;
}
