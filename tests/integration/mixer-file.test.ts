import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { fillPicture } from "../../media/mixer/picture/planes.ts";
import { monotonicMs } from "../../media/monotonic.ts";
import { makeVideo } from "../support/make-video.ts";
import { MixerRig, sleep } from "../support/mixer-rig.ts";
import { hearSound, rms, viewPictures } from "../support/programme-viewer.ts";
import { tone } from "../support/rtp-feeder.ts";

const SECONDS = 10;
let folder: string;
let path: string;
let rig: MixerRig;

/** Second n of the file is a grey of 40 + 15 n, and begins with a beep of 200 ms. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "torilla-mixer-test-"));
  path = join(folder, "lecture.mp4");
  await makeVideo(path, {
    seconds: SECONDS,
    widthPx: 320,
    heightPx: 180,
    fps: 25,
    draw: (picture, frame) => fillPicture(picture, { y: 40 + 15 * Math.floor(frame / 25), u: 90, v: 200 }),
    level: (sample) => (sample % 48_000 < 9600 ? tone(1000, 0.3)(sample) : 0),
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => rig.close());

function play(file: string, startedAtMs: number): void {
  rig.send({
    type: "addSource",
    sourceId: "video",
    kind: "both",
    origin: { type: "file", path: file, startedAtSteadyMs: monotonicMs() - (Date.now() - startedAtMs) },
  });
  rig.send({
    type: "setScene",
    scene: { layout: "video", pictures: [{ sourceId: "video", label: "" }], audible: ["video"] },
  });
}

describe("a recorded presentation", () => {
  it("joins at the second that the clock says, with its sound, and ends with the slate", async () => {
    rig = await MixerRig.create({ widthPx: 640, heightPx: 360, fps: 25 });
    const startedAtMs = Date.now() - 4500;
    const offsetMs = Date.now() - performance.now();
    play(path, startedAtMs);
    await rig.waitFor((notice) => notice.type === "sourceEnded", { timeoutMs: 12_000 });
    const endedMs =
      rig.notices.find(({ notice }) => notice.type === "sourceEnded")!.atMs + offsetMs - startedAtMs;
    expect(endedMs - SECONDS * 1000).toBeGreaterThan(-100);
    expect(endedMs - SECONDS * 1000).toBeLessThan(1000);
    await sleep(500);

    const pictures = await viewPictures(rig.big);
    const seconds = pictures.flatMap((picture) => {
      const [y, u] = picture.mean(0.3, 0.3, 0.4, 0.4);
      const atSeconds = (rig.big.wallMs(picture.timestamp, 90_000) - startedAtMs) / 1000;
      return Math.abs(u - 90) < 15 ? [{ shown: (y - 40) / 15, atSeconds }] : [];
    });
    expect(seconds.length).toBeGreaterThan(30);
    const off = seconds.map(({ shown, atSeconds }) => atSeconds - shown);
    off.sort((a, b) => a - b);
    // Each picture within its second of the file, a frame more or less.
    expect(off[0]!).toBeGreaterThan(-0.1);
    expect(off[Math.floor(off.length * 0.9)]!).toBeLessThan(1.1);
    expect(Math.round(seconds.at(-1)!.shown)).toBe(SECONDS - 1);
    expect(Math.abs(pictures.at(-1)!.mean(0.3, 0.3, 0.4, 0.4)[1] - 90)).toBeGreaterThan(15);

    let wasLoud = true;
    const beeps: number[] = [];
    for (const { left, timestamp } of await hearSound(rig.sound)) {
      const loud = rms(left) > -30;
      if (loud && !wasLoud) beeps.push((rig.sound.wallMs(timestamp, 48_000) - startedAtMs) / 1000);
      wasLoud = loud;
    }
    expect(beeps.length).toBeGreaterThanOrEqual(4);
    const apart = beeps.map((beep) => Math.abs(beep - Math.round(beep))).sort((a, b) => a - b);
    expect(apart[Math.floor(apart.length / 2)]!).toBeLessThan(0.03);
  });

  it("ends at once when it was over before it was opened", async () => {
    rig = await MixerRig.create({ widthPx: 320, heightPx: 180, fps: 15 });
    play(path, Date.now() - 60_000);
    await rig.waitFor((notice) => notice.type === "sourceEnded", { timeoutMs: 5000 });
  });

  it("waits for its time when that is still to come", async () => {
    rig = await MixerRig.create({ widthPx: 320, heightPx: 180, fps: 15 });
    play(path, Date.now() + 2000);
    await sleep(1200);
    expect(rig.of("sourceStarted")).toEqual([]);
    await rig.waitFor((notice) => notice.type === "sourceStarted", { timeoutMs: 5000 });
  });

  it("that is no video fails with a reason, and the programme goes on", async () => {
    rig = await MixerRig.create({ widthPx: 320, heightPx: 180, fps: 15 });
    const broken = join(folder, "broken.mp4");
    await writeFile(broken, "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n");
    play(broken, Date.now());
    await rig.waitFor((notice) => notice.type === "sourceFailed" && notice.reason.length > 0);
    play(join(folder, "missing.mp4"), Date.now());
    await rig.waitFor((notice) => notice.type === "sourceFailed", { since: rig.notices.length });
    const { framesMade = 0 } = rig.of("beat").at(-1) ?? {};
    await rig.waitFor((notice) => notice.type === "beat" && notice.framesMade > framesMade, {
      since: rig.notices.length,
    });
    expect(rig.child.exitCode).toBeNull();
    expect(rig.of("failed")).toEqual([]);
  });
});
