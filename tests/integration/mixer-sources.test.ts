import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EncodedPicture } from "../../media/mixer/encode/video-encoder.ts";
import type { Scene } from "../../media/mixer/mixer-messages.ts";
import { fillPicture, type OwnedPicture } from "../../media/mixer/picture/planes.ts";
import { drawCounter } from "../support/counter-video.ts";
import { COUNTER_BITS, COUNTER_CELLS } from "../support/fake-camera.ts";
import { MixerRig, sleep } from "../support/mixer-rig.ts";
import { hearSound, rms, type ViewedPicture, viewPictures } from "../support/programme-viewer.ts";
import {
  BLACK,
  BLUE,
  drawMoving,
  encodeClip,
  RED,
  SoundFeeder,
  tone,
  VideoFeeder,
  WHITE,
} from "../support/rtp-feeder.ts";
import { waitFor } from "../support/wait-for.ts";

const FPS = 15;
const opened: { close(): unknown }[] = [];
let red: EncodedPicture[];
let blue: EncodedPicture[];

beforeAll(async () => {
  const size = { widthPx: 320, heightPx: 180, fps: FPS, frames: 2 * FPS };
  red = await encodeClip({ ...size, draw: drawMoving(RED) });
  blue = await encodeClip({ ...size, draw: drawMoving(BLUE) });
});

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function openRig(fps = FPS): Promise<MixerRig> {
  const rig = await MixerRig.create({ widthPx: 640, heightPx: 360, fps });
  opened.push(rig);
  return rig;
}

async function feed(rig: MixerRig, sourceId: string, clip: EncodedPicture[]): Promise<VideoFeeder> {
  const feeder = new VideoFeeder(await rig.addRtp(sourceId, "h264"), clip, { fps: FPS });
  // As a browser does: a key frame when one is asked for.
  rig.child.on("message", (notice: { type: string; sourceId?: string }) => {
    if (notice.type === "needKeyFrame" && notice.sourceId === sourceId) feeder.restartClip();
  });
  opened.unshift(feeder);
  return feeder;
}

function show(rig: MixerRig, layout: Scene["layout"], sourceIds: string[], audible: string[] = []): void {
  const pictures = sourceIds.map((sourceId) => ({ sourceId, label: "" }));
  rig.send({ type: "setScene", scene: { layout, pictures, audible } });
}

const isNear = (mean: number[], colour: { y: number; u: number; v: number }) =>
  Math.abs(mean[1]! - colour.u) < 25 && Math.abs(mean[2]! - colour.v) < 25;

/** The newest picture of the programme. */
async function newest(rig: MixerRig): Promise<ViewedPicture> {
  const picture = (await viewPictures(rig.big)).at(-1);
  if (picture) return picture;
  await sleep(50);
  return newest(rig);
}

/** Waits until the programme's newest picture passes `test`. */
async function untilShown(rig: MixerRig, test: (picture: ViewedPicture) => boolean): Promise<ViewedPicture> {
  const endMs = performance.now() + 10_000;
  for (;;) {
    const picture = await newest(rig);
    if (test(picture)) return picture;
    if (performance.now() > endMs) {
      throw new Error(`never shown: left ${left(picture)} right ${right(picture)} corner ${corner(picture)}`);
    }
    await sleep(100);
  }
}

/** A number below 64 in black and white blocks of a row in the picture's middle, and that it is there at all. */
function drawNumbered(picture: OwnedPicture, number: number): void {
  fillPicture(picture, RED);
  drawCounter(picture, number);
}

function readNumber(picture: ViewedPicture): number | null {
  const cell = (n: number) => picture.mean((n + 0.3) / COUNTER_CELLS, 0.45, 0.4 / COUNTER_CELLS, 0.1)[0];
  if (!isNear(corner(picture), RED) || cell(0) < 180 || cell(COUNTER_CELLS - 1) > 75) return null;
  let number = 0;
  for (let bit = 1; bit <= COUNTER_BITS; bit += 1) number = 2 * number + (cell(bit) > 128 ? 1 : 0);
  return number;
}

const left = (picture: ViewedPicture) => picture.mean(0.1, 0.4, 0.3, 0.2);
const right = (picture: ViewedPicture) => picture.mean(0.6, 0.4, 0.3, 0.2);
const corner = (picture: ViewedPicture) => picture.mean(0.02, 0.02, 0.2, 0.1);

describe("pictures that come by RTP", () => {
  it("are shown side by side, and move", async () => {
    const rig = await openRig();
    await feed(rig, "anna", red);
    await feed(rig, "bo", blue);
    show(rig, "side-by-side", ["anna", "bo"]);
    await untilShown(rig, (picture) => isNear(left(picture), RED) && isNear(right(picture), BLUE));
    const since = rig.big.packets.length;
    await sleep(1500);
    const columns = (picture: ViewedPicture) =>
      Array.from({ length: 10 }, (_, index) =>
        Math.round(picture.mean(0.03 + index * 0.04, 0.4, 0.03, 0.1)[0] / 20),
      ).join();
    const moved = new Set(
      (await viewPictures(rig.big)).filter((_, index, all) => index > all.length - 15).map(columns),
    );
    expect(rig.big.packets.length).toBeGreaterThan(since);
    expect(moved.size).toBeGreaterThan(3);
  });

  it("each scene puts them in their places", async () => {
    const rig = await openRig();
    await feed(rig, "anna", red);
    await feed(rig, "bo", blue);
    show(rig, "full", ["anna"]);
    await untilShown(rig, (picture) => isNear(left(picture), RED) && isNear(corner(picture), RED));
    show(rig, "picture-in-picture", ["anna", "bo"]);
    await untilShown(
      rig,
      (picture) => isNear(left(picture), RED) && isNear(picture.mean(0.8, 0.75, 0.1, 0.1), BLUE),
    );
    show(rig, "slides-with-speaker", ["anna", "bo"]);
    await untilShown(
      rig,
      (picture) => isNear(left(picture), RED) && isNear(picture.mean(0.8, 0.45, 0.15, 0.1), BLUE),
    );
    show(rig, "interview", ["anna", "bo"]);
    await untilShown(rig, (picture) => isNear(left(picture), RED) && isNear(right(picture), BLUE));
    show(rig, "slate", []);
    await untilShown(rig, (picture) => !isNear(left(picture), RED) && !isNear(right(picture), BLUE));
  });

  it("ask for a key frame until one comes", async () => {
    const rig = await openRig();
    const target = await rig.addRtp("late", "h264");
    await rig.waitFor((notice) => notice.type === "needKeyFrame" && notice.sourceId === "late");
    const feeder = new VideoFeeder(target, red, { fps: FPS, place: 1 });
    opened.unshift(feeder);
    await sleep(700);
    expect(rig.of("sourceStarted")).toHaveLength(0);
    feeder.restartClip();
    await rig.waitFor((notice) => notice.type === "sourceStarted");
  });

  it("leave within a second when they stall, and come back", async () => {
    const rig = await openRig();
    await feed(rig, "anna", red);
    const bo = await feed(rig, "bo", blue);
    show(rig, "side-by-side", ["anna", "bo"]);
    await untilShown(rig, (picture) => isNear(left(picture), RED) && isNear(right(picture), BLUE));
    bo.pause();
    const pausedMs = performance.now();
    await rig.waitFor((notice) => notice.type === "sourceStalled" && notice.sourceId === "bo");
    const stalled = rig.notices.find(({ notice }) => notice.type === "sourceStalled")!;
    // 0.7 s on an idle machine.
    expect(stalled.atMs - pausedMs).toBeLessThan(2000);
    await untilShown(rig, (picture) => isNear(left(picture), RED) && isNear(right(picture), RED));
    bo.resume();
    await rig.waitFor((notice) => notice.type === "sourceRecovered" && notice.sourceId === "bo");
    await untilShown(rig, (picture) => isNear(left(picture), RED) && isNear(right(picture), BLUE));
  });

  it("may change between their layers: no picture is lost, late or early, and none is out of its place", async () => {
    const clip = { fps: FPS, frames: 4 * FPS, keyEvery: 6, draw: drawNumbered };
    const small = await encodeClip({ ...clip, widthPx: 320, heightPx: 180 });
    const large = await encodeClip({ ...clip, widthPx: 640, heightPx: 360 });
    const rig = await openRig();
    const feeder = await feed(rig, "anna", large);
    show(rig, "full", ["anna"]);
    await untilShown(rig, (picture) => readNumber(picture) !== null);
    for (const layer of [small, large, small, large, small]) {
      feeder.changeLayer(layer);
      const widthPx = layer === small ? 320 : 640;
      await rig.waitFor(
        (notice) => notice.type === "beat" && notice.sources.some(({ size }) => size?.widthPx === widthPx),
        { since: rig.notices.length },
      );
    }
    const seen = await viewPictures(rig.big);
    const pictures = seen.slice(seen.findIndex((picture) => readNumber(picture) !== null));
    const numbers = pictures.map(readNumber);
    expect(pictures.length).toBeGreaterThan(3 * FPS);
    expect(numbers).not.toContain(null);
    // Which picture is shown when: the same all along, but for the rounding of two clocks.
    const ahead = pictures.map(({ timestamp }, at) => numbers[at]! - (timestamp / 90_000) * FPS);
    const from = ahead[0]!;
    for (const [at, value] of ahead.entries()) {
      const off = (((value - from) % clip.frames) + 1.5 * clip.frames) % clip.frames;
      expect(Math.abs(off - clip.frames / 2), `picture ${at} of ${ahead.length}`).toBeLessThan(2.5);
    }
    expect(rig.of("sourceStalled")).toEqual([]);
    expect(rig.of("needKeyFrame").length).toBeLessThanOrEqual(1);
  });

  it("give way to the slate when none is left, also when removed while nothing comes", async () => {
    const rig = await openRig();
    const anna = await feed(rig, "anna", red);
    show(rig, "full", ["anna"]);
    await untilShown(rig, (picture) => isNear(left(picture), RED));
    anna.pause();
    await untilShown(rig, (picture) => !isNear(left(picture), RED));
    await rig.addRtp("never", "h264");
    await rig.addRtp("silent", "opus");
    await rig.waitFor((notice) => notice.type === "beat" && notice.sources.length === 3);
    for (const sourceId of ["anna", "never", "silent", "unknown"])
      rig.send({ type: "removeSource", sourceId });
    const since = rig.notices.length;
    await rig.waitFor((notice) => notice.type === "beat" && notice.sources.length === 0, { since });
    const { ms, code } = await rig.close();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(1500);
  });

  it("do not end the programme with garbage", async () => {
    const rig = await openRig();
    const target = await rig.addRtp("evil", "h264");
    const noise: EncodedPicture[] = Array.from({ length: 30 }, (_, frame) => ({
      isKey: frame % 5 === 0,
      data: Buffer.from([
        0,
        0,
        0,
        1,
        0x67,
        0x42,
        0xc0,
        0x1f,
        ...noiseBytes(frame, 300),
        0,
        0,
        0,
        1,
        0x65,
        ...noiseBytes(frame + 7, 4000),
      ]),
    }));
    opened.unshift(new VideoFeeder(target, noise, { fps: FPS }));
    show(rig, "full", ["evil"]);
    await sleep(2000);
    const before = rig.of("beat").at(-1)?.framesMade ?? 0;
    await rig.waitFor((notice) => notice.type === "beat" && notice.framesMade > before, {
      since: rig.notices.length,
    });
    expect(rig.of("failed")).toEqual([]);
  });
});

function noiseBytes(seed: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => 1 + (((seed + 3) * 7919 + index * index * 31) % 255));
}

describe("sound that comes by RTP", () => {
  it("is summed, limited under -1 dBFS, and only what is audible is heard", async () => {
    const rig = await openRig();
    for (const [index, sourceId] of ["a", "b", "c"].entries()) {
      const target = await rig.addRtp(sourceId, "opus");
      opened.unshift(await SoundFeeder.create(target, tone(300 + index * 170, 0.7)));
    }
    show(rig, "slate", [], ["a"]);
    await rig.waitFor((notice) => notice.type === "beat" && Math.abs(notice.levelDb + 6.1) < 0.4, {
      timeoutMs: 8000,
    });
    const one = rig.of("beat").at(-1)!;
    expect(one.sources.find(({ sourceId }) => sourceId === "b")!.levelDb).toBeGreaterThan(-10);
    show(rig, "slate", [], ["a", "b", "c"]);
    await sleep(500);
    const since = rig.sound.packets.length;
    await sleep(2000);
    const heard = await hearSound(rig.sound);
    const loud = heard.slice(since);
    const peak = Math.max(
      ...loud.map(({ left }) => left.reduce((top, sample) => Math.max(top, Math.abs(sample)), 0)),
    );
    expect(20 * Math.log10(peak)).toBeLessThan(-0.9);
    expect(rms(loud.at(-1)!.left)).toBeGreaterThan(-10);
    show(rig, "slate", [], []);
    await waitFor(async () => rms((await hearSound(rig.sound)).at(-1)!.left) < -70, {
      timeoutMs: 5000,
      what: "silence",
    });
  });

  it("stays within 80 ms of its picture: a flash and a beep come out together", async () => {
    const rig = await openRig(25);
    const clip = await encodeClip({
      widthPx: 320,
      heightPx: 180,
      fps: 25,
      frames: 50,
      draw: (picture, frame) => fillPicture(picture, frame % 25 < 5 ? WHITE : BLACK),
    });
    const sound = await rig.addRtp("mic", "opus", { cname: "anna" });
    const video = await rig.addRtp("cam", "h264", { cname: "anna" });
    show(rig, "full", ["cam"], ["mic"]);
    opened.unshift(
      await SoundFeeder.create(sound, (sample) => (sample % 48_000 < 9600 ? tone(1000, 0.3)(sample) : 0)),
    );
    opened.unshift(new VideoFeeder(video, clip, { fps: 25 }));
    await sleep(9000);
    const flashes: number[] = [];
    let isWhite = false;
    for (const picture of await viewPictures(rig.big)) {
      const white = picture.mean(0.3, 0.3, 0.4, 0.4)[0] > 150;
      if (white && !isWhite) flashes.push(picture.timestamp / 90);
      isWhite = white;
    }
    const beeps: number[] = [];
    let wasLoud = false;
    for (const { left: samples, timestamp } of await hearSound(rig.sound)) {
      const loud = rms(samples) > -35;
      if (loud && !wasLoud)
        beeps.push((timestamp + samples.findIndex((sample) => Math.abs(sample) > 0.03)) / 48);
      wasLoud = loud;
    }
    const apart = flashes.slice(2).map((flash) => {
      const nearest = beeps.reduce((best, beep) =>
        Math.abs(beep - flash) < Math.abs(best - flash) ? beep : best,
      );
      return flash - nearest;
    });
    expect(apart.length).toBeGreaterThan(3);
    apart.sort((a, b) => a - b);
    expect(Math.abs(apart[Math.floor(apart.length / 2)]!)).toBeLessThan(80);
  });
});
