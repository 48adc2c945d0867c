/*
 * The stage's own page in Chromium with seven minutes of a programme behind it: at the edge, back beyond what the near
 * playlist has, and live again. What is played is known by the segments that the page fetches.
 */
import { join } from "node:path";
import type { Browser as Chromium, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import { SegmentStore } from "../../media/hls/segment-store.ts";
import { createFair, type Fair } from "../support/factories.ts";
import { LoopedProgramme } from "../support/looped-programme.ts";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

const PAST_SECONDS = 420;
const SEGMENT_SECONDS = 2;
/** What the near playlist has, and how far before its end a player leaves it. */
const NEAR_SECONDS = 300;
const MARGIN_SECONDS = 20;
const EDGE_SECONDS = 5;
const PATIENCE_MS = 10_000;

const media = new FakeMediaPlane();
let server: TestServer;
let chromium: Chromium;
let fair: Fair;
let programme: LoopedProgramme;
let store: SegmentStore;
let startedAtMs: number;
let visitor: Visitor;
let page: Page;
/** Names of what was fetched: `near.m3u8`, `r1-v720-12-3.m4s`. */
let fetched: string[];

beforeAll(async () => {
  server = await startTestServer({ media });
  [chromium, programme, fair] = await Promise.all([
    launchChromium(),
    LoopedProgramme.create(),
    createFair(server.db, { phase: "live" }),
  ]);
  startedAtMs = Date.now() - PAST_SECONDS * 1000;
  const startedAt = new Date(startedAtMs);
  const stageId = fair.stage.id;
  await server.db.stage.update({ where: { id: stageId }, data: { phaseSince: startedAt } });
  const { id: broadcastId } = await server.db.broadcast.create({ data: { stageId, startedAt } });
  server.ctx.domain.tell("broadcastStarted", { eventId: fair.event.id, stageId, broadcastId });
  store = await SegmentStore.open({
    folder: join(server.config.dataDir, "segments", broadcastId),
    onNotice: (notice, bytes) =>
      media.emit("store:written", { stageId, broadcastId, notice }, bytes ?? undefined),
    onFailure: () => {},
  });
  programme.play(store, startedAtMs);
});
afterAll(async () => {
  programme?.close();
  await chromium?.close();
  await store?.close();
  await server?.close();
});
beforeEach(async () => {
  visitor = await Visitor.create(chromium, server.url, {
    storage: { "torilla.player": JSON.stringify({ preference: "hls", isMuted: true }) },
  });
  page = visitor.page;
  fetched = [];
  page.on("request", (request) => {
    const name = /\/media\/live\/[^/]+\/([^?]+)/.exec(request.url())?.[1];
    if (name) fetched.push(name);
  });
  await page.goto(`${server.url}/e/${fair.event.slug}/stage/${fair.stage.slug}`);
  await page.locator(".player-video").waitFor();
  await moves();
  await watchBlanks();
});
afterEach(async () => {
  expect(visitor.errors).toEqual([]);
  await visitor.close();
});

const nowSeconds = () => (Date.now() - startedAtMs) / 1000;
const look = () =>
  page.evaluate(() => {
    const video = document.querySelector<HTMLVideoElement>("video.player-video")!;
    const range = document.querySelector<HTMLInputElement>("[data-range=time]");
    return {
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      mediaSeconds: video.currentTime,
      heightPx: video.videoHeight,
      isPaused: video.paused,
      startSeconds: Number(range?.min),
      endSeconds: Number(range?.max),
      positionSeconds: Number(range?.value),
      isLive: document.querySelector(".player-live") !== null,
      isWaiting: document.querySelector(".player-waiting") !== null,
      hasStill: document.querySelector(".player-still") !== null,
    };
  });
type Look = Awaited<ReturnType<typeof look>>;
const until = (what: string, test: (seen: Look) => boolean, timeoutMs = PATIENCE_MS) =>
  waitFor(
    async () => {
      const seen = await look();
      return test(seen) && seen;
    },
    { what, timeoutMs },
  );

/** Pictures follow each other, and nothing lies over them. */
async function moves(): Promise<Look> {
  const { frames } = await look();
  return until("a moving picture", (seen) => {
    // Another source counts from 0.
    const more = seen.frames < frames ? seen.frames : seen.frames - frames;
    return more > 8 && !seen.isWaiting && !seen.hasStill;
  });
}
async function sounds(): Promise<Look> {
  const { mediaSeconds } = await look();
  return until("sound that goes on", (seen) => Math.abs(seen.mediaSeconds - mediaSeconds) > 0.5);
}
async function isLive(): Promise<void> {
  const isThere = (seen: Look) => seen.isLive && nowSeconds() - seen.positionSeconds < EDGE_SECONDS;
  await until("the live edge", isThere);
}
async function seekTo(seconds: number): Promise<void> {
  fetched = [];
  const range = page.locator("[data-range=time]");
  await range.focus();
  await range.fill(String(seconds));
  await range.blur();
}
async function goLive(): Promise<void> {
  await page.getByRole("button", { name: "Palaa suoraan" }).click();
  fetched = [];
}
async function openSettings(): Promise<void> {
  await page.locator(".player").hover();
  await page.getByRole("button", { name: "Toiston asetukset" }).click();
}

const lists = () => [...new Set(fetched.filter((name) => name.endsWith(".m3u8")))];
/** The segments of one rendition whose bytes were asked for since `fetched` was emptied. */
function segmentsOf(rendition: string, names: readonly string[] = fetched): number[] {
  const pattern = new RegExp(`^r1-${rendition}-(\\d+)(-\\d+)?\\.m4s$`);
  return names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number);
}
/** Of the segment, so that rounding does not lead to its neighbour. */
const middleOf = (seconds: number) => (Math.floor(seconds / SEGMENT_SECONDS) + 0.5) * SEGMENT_SECONDS;
async function fetches(rendition: string, seconds: number): Promise<void> {
  const msn = Math.floor(seconds / SEGMENT_SECONDS);
  await waitFor(() => segmentsOf(rendition).includes(msn), {
    what: `${rendition}'s segment ${msn}`,
    timeoutMs: PATIENCE_MS,
  }).catch((error: unknown) => {
    throw new Error(`fetched so far: ${fetched.join(" ")}`, { cause: error });
  });
}

/** From here on `readBlankMs` gives the longest stretch without any picture. */
async function watchBlanks(): Promise<void> {
  await page.evaluate(() => {
    let since: number | null = null;
    const scope = window as unknown as { blankMs: number };
    scope.blankMs = 0;
    setInterval(() => {
      const video = document.querySelector<HTMLVideoElement>("video.player-video");
      const isBlank =
        document.querySelector(".player-still") === null &&
        video?.getVideoPlaybackQuality().totalVideoFrames === 0;
      since = isBlank ? (since ?? performance.now()) : null;
      if (since !== null) scope.blankMs = Math.max(scope.blankMs, performance.now() - since);
    }, 20);
  });
}
const readBlankMs = () => page.evaluate(() => (window as unknown as { blankMs: number }).blankMs);

test("half a minute back is in the near list, the beginning in the whole one, and live in the near one again", async () => {
  await isLive();
  const { startSeconds, endSeconds } = await look();
  expect(startSeconds).toBe(0);
  expect(endSeconds).toBeGreaterThan(PAST_SECONDS - EDGE_SECONDS);

  const wanted = middleOf(nowSeconds() - 30);
  await seekTo(wanted);
  await fetches("v720", wanted);
  expect(Math.abs((await moves()).positionSeconds - wanted)).toBeLessThan(4);
  expect(lists().filter((name) => !name.endsWith("near.m3u8"))).toEqual([]);

  await seekTo(60);
  await fetches("v720", 60);
  const back = await moves();
  expect(back.positionSeconds).toBeGreaterThanOrEqual(60);
  expect(back.positionSeconds).toBeLessThan(64);
  expect(back).toMatchObject({ startSeconds: 0, isLive: false });
  expect(lists()).toContain("main.m3u8");
  // Nothing from the live edge on the way there: until the whole list is asked for, the near one may still fill its buffer.
  const afterTurning = segmentsOf("v720", fetched.slice(fetched.indexOf("main.m3u8")));
  expect(afterTurning.filter((msn) => msn < 29 || msn >= 150)).toEqual([]);

  await goLive();
  const from = performance.now();
  await isLive();
  await moves();
  expect(performance.now() - from).toBeLessThan(4_000);
  expect(segmentsOf("v720").filter((msn) => msn <= (PAST_SECONDS - 20) / SEGMENT_SECONDS)).toEqual([]);
  expect(lists()).not.toContain("v720.m3u8");
  expect(await readBlankMs()).toBeLessThan(100);
});

test("the chosen quality and sound-only are kept from list to list", async () => {
  await openSettings();
  await page.getByLabel("Kevyt (360p)").check({ force: true });
  await page.keyboard.press("Escape");
  await until("the light picture", ({ heightPx }) => heightPx === 360);
  await seekTo(60);
  await fetches("v360", 60);
  expect((await moves()).heightPx).toBe(360);
  expect(segmentsOf("v720")).toEqual([]);

  await openSettings();
  fetched = [];
  await page.getByRole("switch", { name: "Vain ääni" }).check({ force: true });
  await page.keyboard.press("Escape");
  await waitFor(() => lists().includes("aud.m3u8"), { timeoutMs: PATIENCE_MS });
  expect((await sounds()).positionSeconds).toBeLessThan(75);

  await goLive();
  await waitFor(() => lists().includes("aud-near.m3u8"), { timeoutMs: PATIENCE_MS });
  await isLive();
  await sounds();
  await seekTo(60);
  await fetches("aud", 60);
  const { positionSeconds, heightPx } = await sounds();
  expect(Math.abs(positionSeconds - 60)).toBeLessThan(4);
  expect(heightPx).toBe(0);
  expect([...segmentsOf("v360"), ...segmentsOf("v720")]).toEqual([]);

  await page.getByRole("button", { name: "Näytä kuva" }).click();
  await fetches("v360", 62);
  expect((await moves()).positionSeconds).toBeLessThan(75);
});

test("who stays paused while the near list slides away goes on where the picture stood", async () => {
  await isLive();
  // Left behind some seconds later.
  const wanted = middleOf(nowSeconds() - NEAR_SECONDS + MARGIN_SECONDS + 4);
  await seekTo(wanted);
  await fetches("v720", wanted);
  await moves();
  await page.locator(".player-video").click();
  const { positionSeconds } = await until("the pause", ({ isPaused }) => isPaused);
  expect(lists()).not.toContain("main.m3u8");
  await waitFor(() => lists().includes("main.m3u8"), { what: "the whole list", timeoutMs: 15_000 });
  await until("the picture of the whole list", ({ frames, hasStill }) => frames > 0 && !hasStill);
  const still = await look();
  expect(still.isPaused).toBe(true);
  expect(Math.abs(still.positionSeconds - positionSeconds)).toBeLessThan(0.5);
  await page.locator(".player-big").click();
  expect(Math.abs((await moves()).positionSeconds - positionSeconds)).toBeLessThan(4);
  expect(await readBlankMs()).toBeLessThan(100);
});
