import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SegmentStore } from "../../../../media/hls/segment-store.ts";
import type { StoreNotice } from "../../../../server/contract/segments.ts";
import { LiveWindow, type WaitOutcome } from "../../../../server/features/programme/live-window.ts";
import { BroadcastIndex } from "../../../../server/platform/hls/broadcast-index.ts";
import { madeUpParts, madeUpRun, RENDITIONS } from "../../../support/made-up-programme.ts";
import { readPlaylist } from "../../../support/playlist-reader.ts";

const START_MS = 1_795_000_000_000;
let folder: string;
let windows: LiveWindow[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "torilla-window-"));
  windows = [];
});
afterEach(() => {
  for (const window of windows) window.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A store whose notices go to all windows that listen. */
async function openStore(): Promise<{
  store: SegmentStore;
  hear: (window: LiveWindow) => void;
  deafen: () => void;
}> {
  const listeners = new Set<LiveWindow>();
  const store = await SegmentStore.open({
    folder,
    onNotice: (notice: StoreNotice, bytes) => {
      for (const window of listeners) window.take(notice, bytes);
    },
    onFailure: () => {},
  });
  return { store, hear: (window) => listeners.add(window), deafen: () => listeners.clear() };
}
async function openWindow(waitMs = 200): Promise<LiveWindow> {
  const window = LiveWindow.create({
    index: new BroadcastIndex(folder),
    onIndexFailure: (error) => {
      throw error;
    },
    waitMs,
  });
  windows.push(window);
  await window.whenLoaded();
  return window;
}
function startRun(store: SegmentStore): string {
  const run = store.nextRun();
  const { notice, inits } = madeUpRun(run, START_MS + store.nextMsn() * 2000);
  store.runStarted(notice, inits);
  return run;
}
/** `skip` parts of each rendition are left out at the beginning, `stop` at the end. */
function write(
  store: SegmentStore,
  run: string,
  firstMsn: number,
  count: number,
  limit = Number.POSITIVE_INFINITY,
): void {
  let written = 0;
  for (const part of madeUpParts(run, { firstMsn, count, startedAtMs: START_MS + firstMsn * 2000 })) {
    if (written++ >= limit) return;
    store.writePart(part.notice, part.bytes, part.isLastOfSegment);
  }
}
/** The index names this many segments of all renditions. */
async function onDisk(count: number): Promise<void> {
  const index = join(folder, "index.jsonl");
  await until(() => existsSync(index) && readFileSync(index, "utf8").split('"segment"').length - 1 === count);
}
async function until(isTrue: () => boolean): Promise<void> {
  for (let n = 0; n < 1000 && !isTrue(); n++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isTrue()).toBe(true);
}
const read = (window: LiveWindow, name: (typeof RENDITIONS)[number] = "v720") =>
  readPlaylist(window.playlist(name, { reach: "whole", isDelta: false })!.plain.toString());
const outcome = (start: (done: (outcome: WaitOutcome) => void) => () => void) =>
  new Promise<WaitOutcome>((resolve) => start(resolve));

describe("the live window", () => {
  it("is filled from the index and goes on with notices, in the middle of a segment too", async () => {
    const { store, hear } = await openStore();
    const run = startRun(store);
    write(store, run, 0, 4, 3 * 6 * 3 + 7);
    await onDisk(9);
    const window = await openWindow();
    hear(window);
    expect(read(window).segments).toHaveLength(3);
    const rest = [...madeUpParts(run, { firstMsn: 3, count: 3, startedAtMs: START_MS + 6000 })].slice(7);
    for (const part of rest) store.writePart(part.notice, part.bytes, part.isLastOfSegment);
    await store.endRun(run, START_MS);
    for (const name of RENDITIONS) {
      expect(read(window, name).segments.map(({ msn, isGap }) => [msn, isGap])).toEqual(
        [0, 1, 2, 3, 4, 5].map((msn) => [msn, false]),
      );
    }
    await store.close();
  });

  it("after a restart offers no playlist that lacks what viewers were told before", async () => {
    const { store, hear, deafen } = await openStore();
    const former = await openWindow();
    hear(former);
    const run = startRun(store);
    write(store, run, 0, 3, 2 * 6 * 3 + 9);
    await onDisk(6);
    expect(read(former).openParts).toHaveLength(3);
    deafen();
    const window = await openWindow(2_000);
    hear(window);
    const playable = outcome((done) => window.whenPlayable("v720", done));
    const rest = [...madeUpParts(run, { firstMsn: 2, count: 1, startedAtMs: START_MS + 4000 })].slice(9);
    for (const part of rest.slice(0, 3)) store.writePart(part.notice, part.bytes, part.isLastOfSegment);
    expect(window.waiterCount).toBe(1);
    for (const part of rest.slice(3)) store.writePart(part.notice, part.bytes, part.isLastOfSegment);
    expect(await playable).toBe("ready");
    expect(read(window).segments.map(({ isGap }) => isGap)).toEqual([false, false, false]);
    await store.close();
  });

  it("after a restart offers what is on disk when no mixer goes on", async () => {
    const { store } = await openStore();
    const run = startRun(store);
    write(store, run, 0, 2);
    await store.endRun(run, START_MS);
    await onDisk(6);
    const window = await openWindow(40);
    expect(await outcome((done) => window.whenPlayable("v720", done))).toBe("ready");
    expect(read(window).segments).toHaveLength(2);
    await store.close();
  });

  it("fills what it missed while the link was down from the disk", async () => {
    const { store, hear, deafen } = await openStore();
    const window = await openWindow();
    hear(window);
    const run = startRun(store);
    write(store, run, 0, 2);
    await onDisk(6);
    deafen();
    write(store, run, 2, 2);
    await onDisk(12);
    hear(window);
    write(store, run, 4, 1);
    await store.endRun(run, START_MS);
    await until(() => window.rendition("aud")!.length === 5);
    expect(read(window).segments.map(({ isGap }) => isGap)).toEqual([false, false, false, false, false]);
    await store.close();
  });

  it("makes gaps of what is on no disk, the same in every rendition", async () => {
    const { store, hear, deafen } = await openStore();
    const window = await openWindow();
    hear(window);
    const run = startRun(store);
    write(store, run, 0, 2);
    await store.endRun(run, START_MS);
    deafen();
    rmSync(join(folder, "index.jsonl"));
    hear(window);
    const next = startRun(store);
    write(store, next, 4, 1);
    await until(() => window.rendition("aud")!.length === 5);
    for (const name of RENDITIONS) {
      const { segments } = read(window, name);
      expect(segments.map(({ isGap }) => isGap)).toEqual([false, false, true, true, false]);
      expect(segments.map(({ isDiscontinuity }) => isDiscontinuity)).toEqual([
        false,
        false,
        false,
        false,
        true,
      ]);
    }
    await store.close();
  });

  it("releases those who wait for a part when it comes, and refuses what lies too far ahead", async () => {
    const { store, hear } = await openStore();
    const window = await openWindow();
    hear(window);
    const run = startRun(store);
    write(store, run, 0, 2, 6 * 3 + 3);
    const waiting = outcome((done) => window.whenListed("v720", 1, 1, done));
    expect(await outcome((done) => window.whenListed("v720", 4, 0, done))).toBe("too_far");
    expect(await outcome((done) => window.whenListed("v720", 1, 40, done))).toBe("too_far");
    expect(window.waiterCount).toBe(1);
    const [part] = [...madeUpParts(run, { firstMsn: 1, count: 1, startedAtMs: START_MS })].slice(3);
    store.writePart(part!.notice, part!.bytes, false);
    expect(await waiting).toBe("ready");
    expect(window.waiterCount).toBe(0);
    await store.close();
  });

  it("gives up a wait after its time, and all at the end", async () => {
    const { store, hear } = await openStore();
    const window = await openWindow(40);
    hear(window);
    const run = startRun(store);
    write(store, run, 0, 1);
    expect(await outcome((done) => window.whenListed("v360", 1, 0, done))).toBe("late");
    const waiting = outcome((done) => window.whenListed("v360", 1, 0, done));
    window.end();
    expect(await waiting).toBe("ready");
    expect(read(window, "v360").isEnded).toBe(true);
    await store.close();
  });

  it("tells a waiter for a hinted part that it will not come", async () => {
    const { store, hear } = await openStore();
    const window = await openWindow();
    hear(window);
    const run = startRun(store);
    write(store, run, 0, 2, 6 * 3 + 3);
    const waiting = outcome((done) => window.whenPart("v720", 1, 1, done));
    await store.endRun(run, START_MS);
    expect(await waiting).toBe("closed");
    await store.close();
  });

  it("offers both rungs with the sound, and the sound alone", async () => {
    const { store, hear } = await openStore();
    const window = await openWindow();
    hear(window);
    expect(window.multivariant("whole")).toBeNull();
    startRun(store);
    expect(window.multivariant("whole")).toBe(
      [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aud",NAME="programme",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="aud.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=3406000,CODECS="avc1.42c01f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="aud"',
        "v720.m3u8",
        '#EXT-X-STREAM-INF:BANDWIDTH=1006000,CODECS="avc1.42c01e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000,AUDIO="aud"',
        "v360.m3u8",
        '#EXT-X-STREAM-INF:BANDWIDTH=106000,CODECS="mp4a.40.2",AUDIO="aud"',
        "aud.m3u8",
        "",
      ].join("\n"),
    );
    await store.close();
  });

  it("reports how far the other renditions are", async () => {
    const { store, hear } = await openStore();
    const window = await openWindow();
    hear(window);
    const run = startRun(store);
    write(store, run, 0, 2, 6 * 3 + 6);
    expect(read(window).reports).toEqual([
      { URI: '"v360.m3u8"', "LAST-MSN": "1", "LAST-PART": "1" },
      { URI: '"aud.m3u8"', "LAST-MSN": "1", "LAST-PART": "1" },
    ]);
    await store.close();
  });
});
