import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SegmentStore } from "../../media/hls/segment-store.ts";
import type { MixerNotice } from "../../media/mixer/mixer-messages.ts";
import { HlsEdgeRig } from "../support/hls-edge-rig.ts";
import { launchChromium } from "../support/media-peer.ts";
import { MixerRig } from "../support/mixer-rig.ts";
import { readPlaylist } from "../support/playlist-reader.ts";
import { waitFor } from "../support/wait-for.ts";

/*
 * A real mixer's parts through the segment store and the HLS edge into hls.js in Chromium: one broadcast from its
 * beginning over a mixer's death to its replay.
 */

const id = randomUUID();
const recordingId = randomUUID();
let folder: string;
let rig: HlsEdgeRig;
let store: SegmentStore;
let mixer: MixerRig;
let browser: Browser;
let page: Page;
let run: string;
let startedAt: Date;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "torilla-player-"));
  rig = await HlsEdgeRig.create({ segmentsFolder: folder });
  rig.broadcasts.set(id, { endedAt: null });
  const script = createRequire(import.meta.url).resolve("hls.js/dist/hls.min.js");
  rig.pages.set("/hls.js", { contentType: "text/javascript", body: readFileSync(script) });
  const body = '<!doctype html><video muted autoplay playsinline></video><script src="/hls.js"></script>';
  rig.pages.set("/", { contentType: "text/html", body });
  store = await SegmentStore.open({
    folder: rig.folderOf(id),
    onNotice: (notice, bytes) => rig.media.tell(id, notice, bytes),
    onFailure: () => {},
  });
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(rig.url);
  await startMixer();
});
afterAll(async () => {
  await browser?.close();
  await mixer?.close();
  await store?.close();
  await rig?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startMixer(): Promise<void> {
  mixer = await MixerRig.create({ widthPx: 640, heightPx: 360, fps: 15 });
  mixer.child.on("message", (notice: MixerNotice) => {
    if (notice.type === "runStarted") store.runStarted(notice.notice, notice.inits);
    else if (notice.type === "part") store.writePart(notice.notice, notice.bytes, notice.isLastOfSegment);
    else if (notice.type === "thumbnail") store.thumbnail(notice.run, notice.atMs, notice.bytes);
  });
  run = store.nextRun();
  startedAt ??= new Date();
  mixer.send({ type: "startPackaging", run, firstMsn: store.nextMsn() });
}

interface Look {
  currentTime: number;
  duration: number;
  frames: number;
  isEnded: boolean;
  /** Behind the wall clock, by the playlist's dates. */
  behindSeconds: number | null;
  fatal: string[];
}

function play(path: string): Promise<void> {
  return page.evaluate((address) => {
    // biome-ignore lint/suspicious/noExplicitAny: hls.js is a script of the page
    const scope = window as any;
    scope.hls?.destroy();
    scope.fatal = [];
    scope.hls = new scope.Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.3 });
    scope.hls.on(scope.Hls.Events.ERROR, (_: unknown, error: { fatal: boolean; details: string }) => {
      if (error.fatal) scope.fatal.push(error.details);
    });
    scope.hls.loadSource(address);
    scope.hls.attachMedia(document.querySelector("video"));
  }, path);
}
function look(): Promise<Look> {
  return page.evaluate(() => {
    // biome-ignore lint/suspicious/noExplicitAny: hls.js is a script of the page
    const { hls, fatal } = window as any;
    const video = document.querySelector("video")!;
    return {
      currentTime: video.currentTime,
      duration: video.duration,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      isEnded: video.ended,
      behindSeconds: hls.playingDate === null ? null : (Date.now() - hls.playingDate.getTime()) / 1000,
      fatal,
    };
  });
}
const seek = (seconds: number) =>
  page.evaluate((to) => {
    document.querySelector("video")!.currentTime = to;
  }, seconds);
const playlist = async (path: string) => readPlaylist(await (await fetch(`${rig.url}${path}`)).text());

describe("hls.js in Chromium", { timeout: 90_000 }, () => {
  it("plays the live edge less than three seconds behind", async () => {
    await waitFor(() => (rig.edge.find(id)?.window.rendition("v720")?.length ?? 0) >= 2, {
      timeoutMs: 30_000,
    });
    await play(`/media/live/${id}/main.m3u8`);
    await waitFor(async () => (await look()).frames > 20, { what: "moving pictures", timeoutMs: 20_000 });
    const seen = await waitFor(
      async () => {
        const now = await look();
        return now.behindSeconds !== null && now.behindSeconds < 3 && now;
      },
      { what: "being less than 3 s behind", timeoutMs: 20_000 },
    );
    expect(seen.fatal).toEqual([]);
  });

  it("rewinds to the beginning while it is live, and comes back", async () => {
    await seek(0.2);
    await waitFor(async () => (await look()).currentTime > 1.2, {
      what: "play at the beginning",
      timeoutMs: 10_000,
    });
    expect((await look()).currentTime).toBeLessThan(6);
    await page.evaluate(() => {
      // biome-ignore lint/suspicious/noExplicitAny: hls.js is a script of the page
      document.querySelector("video")!.currentTime = (window as any).hls.liveSyncPosition;
    });
    await waitFor(async () => ((await look()).behindSeconds ?? 99) < 3, {
      what: "the live edge",
      timeoutMs: 20_000,
    });
  });

  it("goes on after the mixer died, over a discontinuity", async () => {
    mixer.child.kill("SIGKILL");
    const diedAt = performance.now();
    await store.endRun(run, Date.now());
    await mixer.close();
    const { frames } = await look();
    await startMixer();
    await waitFor(async () => (await look()).frames > frames + 40, {
      what: "pictures again",
      timeoutMs: 20_000,
    });
    expect(performance.now() - diedAt).toBeLessThan(20_000);
    const { length } = rig.edge.find(id)!.window.rendition("v720")!;
    await waitFor(() => rig.edge.find(id)!.window.rendition("aud")!.length > length, { timeoutMs: 10_000 });
    for (const name of ["v720", "v360", "aud"]) {
      const { segments } = await playlist(`/media/live/${id}/${name}.m3u8`);
      expect(segments.filter(({ isDiscontinuity }) => isDiscontinuity)).toHaveLength(1);
      expect(segments.some(({ isGap }) => isGap)).toBe(false);
    }
    expect((await look()).fatal).toEqual([]);
  });

  it("plays the live end out, and the replay from start to end at the right duration", async () => {
    const stopped = mixer.waitFor((notice) => notice.type === "packagingStopped");
    mixer.send({ type: "stopPackaging" });
    await stopped;
    const endedAt = new Date();
    await store.endRun(run, endedAt.getTime());
    rig.edge.broadcastEnded(id);
    await waitFor(async () => (await look()).isEnded, {
      what: "the end of the live playlist",
      timeoutMs: 20_000,
    });

    rig.recordings.set(recordingId, {
      id: recordingId,
      broadcastId: id,
      startedAt,
      endedAt,
      isPublished: true,
    });
    const { segments } = await playlist(`/media/replay/${recordingId}/v720.m3u8`);
    const duration = segments.reduce((sum, segment) => sum + segment.duration, 0);
    await play(`/media/replay/${recordingId}/main.m3u8`);
    await waitFor(async () => (await look()).currentTime > 1, { what: "the replay", timeoutMs: 20_000 });
    expect((await look()).duration).toBeCloseTo(duration, 0);
    const joint = segments.findIndex(({ isDiscontinuity }) => isDiscontinuity);
    const jointAt = segments.slice(0, joint).reduce((sum, segment) => sum + segment.duration, 0);
    await seek(jointAt - 1);
    await waitFor(async () => (await look()).currentTime > jointAt + 1, {
      what: "the joint",
      timeoutMs: 15_000,
    });
    await seek(duration - 2);
    const last = await waitFor(
      async () => {
        const now = await look();
        return now.isEnded && now;
      },
      { what: "the end of the replay", timeoutMs: 15_000 },
    );
    expect(last.fatal).toEqual([]);
    expect(last.currentTime).toBeCloseTo(duration, 0);
    const poster = await fetch(`${rig.url}/media/replay/${recordingId}/poster.jpg`);
    expect(poster.headers.get("content-type")).toBe("image/jpeg");
    expect(
      Buffer.from(await poster.arrayBuffer())
        .subarray(0, 2)
        .toString("hex"),
    ).toBe("ffd8");
  });
});
