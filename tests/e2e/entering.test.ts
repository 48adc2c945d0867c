import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFirstPicture, watchFirstPicture } from "../support/first-picture.ts";
import { STAGE_PATH } from "../support/live-lecture.ts";
import { launchChromium } from "../support/media-peer.ts";
import { goOnAir } from "../support/on-air.ts";
import { stagePageScripts } from "../support/page-size.ts";
import { Visitor } from "../support/page-story.ts";
import { type Product, startProduct } from "../support/product.ts";

/* What a page asks for between its opening and the first picture, read from the frames that it sends. */

interface Frame {
  atMs: number;
  isSent: boolean;
  text: string;
}

describe("entering a live stage", () => {
  let product: Product;
  let browser: Browser;
  let visitor: Visitor;
  const frames: Frame[] = [];

  beforeAll(async () => {
    product = await startProduct();
    await goOnAir(product);
    browser = await launchChromium();
    visitor = await Visitor.create(browser, product.url);
    visitor.page.on("websocket", (socket) => {
      const keep = (isSent: boolean) => (frame: { payload: string | Buffer }) =>
        frames.push({ atMs: performance.now(), isSent, text: String(frame.payload) });
      socket.on("framesent", keep(true));
      socket.on("framereceived", keep(false));
    });
    await watchFirstPicture(visitor.page);
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  it("is one round trip of signalling from the open socket to media", async () => {
    await visitor.page.goto(product.url + STAGE_PATH);
    const picture = await readFirstPicture(visitor.page);
    console.log(`first picture after ${picture.atMs.toFixed(0)} ms`, picture.marks);
    expect(picture.isByWebrtc).toBe(true);
    const asked = frames.filter((one) => one.isSent && /"room:[a-zA-Z]+"/.test(one.text));
    expect(asked.map((one) => one.text.match(/"(room:[a-zA-Z]+)"/)![1])).toEqual(["room:join"]);
    const [join] = asked;
    expect(join!.text).toContain('"fingerprints"');
    // Nothing is waited for between the socket's opening and the request to enter.
    const opened = frames.findIndex((one) => !one.isSent && one.text.startsWith("40"));
    const between = frames.slice(opened + 1, frames.indexOf(join!));
    expect(between.filter((one) => !one.isSent).map((one) => one.text)).toEqual([]);
  });

  it("has fetched no more scripts by then than the build counts", async () => {
    const { scripts } = await readFirstPicture(visitor.page);
    const counted = new Set(stagePageScripts().map((file) => file.split("/").at(-1)));
    expect(scripts.map((one) => one.name).filter((name) => !counted.has(name))).toEqual([]);
    const bytes = scripts.reduce((sum, one) => sum + one.wireBytes, 0);
    console.log(`${scripts.length} scripts, ${(bytes / 1000).toFixed(1)} kB over the wire`);
    expect(bytes).toBeLessThanOrEqual(105_000);
  });

  it("asks nothing more of the room while it plays", async () => {
    const asked = () => frames.filter((one) => one.isSent && /"room:/.test(one.text)).length;
    const before = asked();
    await visitor.page.waitForFunction(
      (since) => document.querySelector("video")!.currentTime > since + 2,
      await visitor.page.locator("video").evaluate((video: HTMLVideoElement) => video.currentTime),
    );
    expect(asked()).toBe(before);
    expect(visitor.errors).toEqual([]);
  });
});
