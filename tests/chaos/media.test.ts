import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBackstageNames } from "../support/backstage-names.ts";
import { Browser } from "../support/browser.ts";
import { createRecordingsDisk, type RecordingsDisk } from "../support/full-disk.ts";
import { createPlace, type Place } from "../support/launched.ts";
import { HOST_NAME, LiveLecture, PROGRAMME } from "../support/live-lecture.ts";
import { takeMachineTurn } from "../support/machine-turn.ts";
import { type ReadSegment, readPlaylist } from "../support/playlist-reader.ts";
import { requireMixerPid, requirePid, requireWorkerPid } from "../support/product-processes.ts";

/*
 * A lecture on air loses what makes and keeps its pictures, piece by piece: everybody is back within seconds, by
 * themselves, as one participant, and the recording has all but the gap.
 */

/** 5 s on a machine of its own; this one runs the browsers and whatever else beside. */
const BACK_WITHIN_SECONDS = 12;
/** A whole process starts, everybody enters anew, and the player may have rested meanwhile. */
const NODE_BACK_WITHIN_SECONDS = 40;
/** 4 s on a machine of its own. */
const GAP_SECONDS = 8;
const SETTLED_MS = 4_000;

describe("what a lecture on air survives", () => {
  let place: Place;
  let disk: RecordingsDisk;
  let lecture: LiveLecture;
  beforeAll(async () => {
    await takeMachineTurn();
    place = await createPlace();
    disk = createRecordingsDisk(place.dataDir);
    lecture = await LiveLecture.create({ place });
    await lecture.goLive();
  });
  afterAll(async () => {
    await lecture?.close();
    disk?.close();
    place?.remove();
  });

  async function loses(what: string, pid: number, withinSeconds = BACK_WITHIN_SECONDS): Promise<void> {
    await lecture.expectNoReload();
    process.kill(pid, "SIGKILL");
    // What was on its way may still come: by then it has come, and the gap with it.
    const settledAt = Date.now() + SETTLED_MS;
    const [webrtc, hls] = await Promise.all([
      lecture.seesPast(lecture.watcher, settledAt, 60_000),
      lecture.seesPast(lecture.firewalled, settledAt, 60_000),
    ]);
    console.log(`${what} lost: WebRTC stood still for ${webrtc.toFixed(1)} s, HLS for ${hls.toFixed(1)} s`);
    expect(webrtc).toBeLessThan(withinSeconds);
    expect(hls).toBeLessThan(withinSeconds);
    expect(await isByWebrtc(lecture.firewalled)).toBe(false);
    expect(await readBackstageNames(lecture.product)).toEqual([HOST_NAME]);
  }

  it("brings the picture back when the mixer is killed", () =>
    loses("mixer", requireMixerPid(lecture.product)).then(staysByWebrtc));

  it("brings everybody back when mediasoup's worker is killed", () =>
    loses("worker", requireWorkerPid(lecture.product)).then(staysByWebrtc));

  it("shows the live picture and tells the host when the recordings' disk is full", async () => {
    const mediaNode = requirePid(lecture.product, "media node");
    const notice = lecture.host.page.getByText(/Levy on täynnä/);
    await lecture.expectNoReload();
    disk.fill(mediaNode);
    const since = Date.now();
    await notice.waitFor({ timeout: 30_000 });
    console.log(`full disk (${disk.means}): the host was told after ${(Date.now() - since) / 1000} s`);
    const toldAt = Date.now();
    await lecture.seesPast(lecture.watcher, toldAt);
    await lecture.seesPast(lecture.firewalled, toldAt);
    disk.free(mediaNode);
    const freeAt = Date.now();
    await notice.waitFor({ state: "hidden", timeout: 30_000 });
    console.log(`room again: recording after ${(Date.now() - freeAt) / 1000} s`);
    // Long enough for a whole segment to be on disk before the next fault.
    const recordedAt = Date.now() + SETTLED_MS;
    const webrtc = await lecture.seesPast(lecture.watcher, recordedAt);
    const hls = await lecture.seesPast(lecture.firewalled, recordedAt);
    console.log(`full disk: WebRTC stood still for ${webrtc.toFixed(1)} s, HLS for ${hls.toFixed(1)} s`);
    expect(webrtc).toBeLessThan(BACK_WITHIN_SECONDS / 2);
    expect(hls).toBeLessThan(BACK_WITHIN_SECONDS / 2);
  });

  it("brings everybody back when the media node is killed", () =>
    loses("media node", requirePid(lecture.product, "media node"), NODE_BACK_WITHIN_SECONDS));

  it("has all in the replay but the gaps", async () => {
    const shown = await lecture.endAndReadReplay();
    const { segments, playlistUrl } = await readRecording();
    const gaps = gapsOf(segments);
    console.log(`replay of ${shown.toFixed(1)} s, gaps: ${gaps.map((gap) => gap.toFixed(1)).join(", ")} s`);
    expect(playlistUrl).toMatch(/^\/media\/replay\//);
    // Mixer, worker, the full disk, media node.
    expect(gaps.length).toBeGreaterThanOrEqual(4);
    expect(gaps[0]).toBeLessThan(GAP_SECONDS);
    const lines = readFileSync(join(place.dataDir, "logs/server.log"), "utf8").split("\n");
    expect(lines.filter((line) => /unhandled|uncaught/i.test(line))).toEqual([]);
    expect(lecture.watcher.errors).toEqual([]);
    expect(lecture.firewalled.errors).toEqual([]);
    expect(lecture.host.errors).toEqual([]);
  });

  async function staysByWebrtc(): Promise<void> {
    expect(await isByWebrtc(lecture.watcher)).toBe(true);
  }

  function isByWebrtc({ page }: { page: LiveLecture["host"]["page"] }): Promise<boolean> {
    return page.locator(PROGRAMME).evaluate((video: HTMLVideoElement) => video.srcObject !== null);
  }

  /** The longest recording's video segments. */
  async function readRecording(): Promise<{ segments: ReadSegment[]; playlistUrl: string }> {
    const browser = new Browser(lecture.product.url);
    const { recordings } = await browser.call("readStage", {
      params: { event: "jarjestomessut", stage: "paasali" },
    });
    const { playlistUrl } = recordings.toSorted((a, b) => b.durationSeconds - a.durationSeconds)[0]!;
    const master = await (await browser.fetch(playlistUrl)).text();
    const variant = master.split("\n").find((line) => /v\d+.*\.m3u8/.test(line) && !line.startsWith("#"))!;
    const address = new URL(variant, new URL(playlistUrl, lecture.product.url));
    return { playlistUrl, segments: readPlaylist(await (await browser.fetch(address.href)).text()).segments };
  }
});

/** Time that is missing between segments, by their dates, seconds. */
function gapsOf(segments: ReadSegment[]): number[] {
  const gaps: number[] = [];
  let endMs: number | null = null;
  for (const { dateMs, duration } of segments) {
    if (endMs !== null && dateMs !== null && dateMs - endMs > 200) gaps.push((dateMs - endMs) / 1000);
    endMs = (dateMs ?? endMs ?? 0) + duration * 1000;
  }
  return gaps;
}
