import { Demuxer } from "node-av/api";
import { beforeAll, describe, expect, it } from "vitest";
import { Packager } from "../../../../media/hls/packager.ts";
import { SoundEncoder } from "../../../../media/mixer/encode/sound-encoder.ts";
import type { EncodedPicture } from "../../../../media/mixer/encode/video-encoder.ts";
import type { PartWritten, RunStarted } from "../../../../server/contract/segments.ts";
import { PartWritten as PartSchema, RunStarted as RunSchema } from "../../../../server/contract/segments.ts";
import { drawMoving, encodeClip, GREEN } from "../../../support/rtp-feeder.ts";

const FPS = 25;
const FIRST_FRAME = 130;
const STARTED_AT_MS = 1_800_000_000_000;

interface Made {
  runs: { notice: RunStarted; inits: { file: string; bytes: Uint8Array }[] }[];
  parts: { notice: PartWritten; bytes: Uint8Array; isLast: boolean }[];
}

let clip: EncodedPicture[];
let aac: { config: Buffer; frames: { data: Buffer; startSample: number }[] };

beforeAll(async () => {
  clip = await encodeClip({ widthPx: 320, heightPx: 180, fps: FPS, frames: 50, draw: drawMoving(GREEN) });
  const encoder = await SoundEncoder.createAac(96);
  encoder.startAt((FIRST_FRAME * 48_000) / FPS);
  const silence = new Float32Array(960);
  aac = { config: encoder.config, frames: [] };
  for (let block = 0; block < 300; block += 1) aac.frames.push(...encoder.encode(silence, silence));
  encoder.close();
});

/** Packs `frames` pictures (without `missed` ones) and their sound as the mixer would hand them over. */
function pack(frames: number, options: { missed?: number[]; endAt?: number } = {}): Made {
  const made: Made = { runs: [], parts: [] };
  const packager = new Packager({
    run: "r1",
    firstMsn: 40,
    fps: FPS,
    segmentSeconds: 2,
    partSeconds: 1 / 3,
    firstFrame: FIRST_FRAME,
    startedAtMs: STARTED_AT_MS,
    video: [{ name: "v720", widthPx: 320, heightPx: 180, kbps: 800 }],
    sound: { config: aac.config, kbps: 96 },
    onRunStarted: (notice, inits) => made.runs.push({ notice, inits }),
    onPart: (notice, bytes, isLast) => made.parts.push({ notice, bytes, isLast }),
  });
  for (let number = -10; number < frames; number += 1) {
    const frame = FIRST_FRAME + number;
    if (number === options.endAt) packager.endAt(frame);
    const picture = clip[(number + 50) % 50]!;
    if (!options.missed?.includes(number)) packager.pushPicture("v720", { ...picture, frame });
    const from = ((frame - 2) * 48_000) / FPS;
    for (const one of aac.frames) {
      if (one.startSample >= from && one.startSample < from + 1920) packager.pushSound(one);
    }
  }
  packager.finish();
  return made;
}

const of = (made: Made, rendition: string) =>
  made.parts.filter(({ notice }) => notice.rendition === rendition);
const seconds = (parts: Made["parts"]) => parts.reduce((sum, { notice }) => sum + notice.durationSeconds, 0);

describe("the packager", () => {
  it("announces the run first, with codecs out of the streams themselves", () => {
    const made = pack(60);
    expect(made.runs).toHaveLength(1);
    const { notice, inits } = made.runs[0]!;
    expect(RunSchema.parse(notice)).toEqual(notice);
    expect(notice.startedAtMs).toBe(STARTED_AT_MS);
    expect(notice.renditions.map((one) => [one.name, one.codecs])).toEqual([
      ["v720", expect.stringMatching(/^avc1\.42c0[0-9a-f]{2}$/)],
      ["aud", "mp4a.40.2"],
    ]);
    expect(inits.map((one) => one.file)).toEqual(["r1-v720-init.mp4", "r1-aud-init.mp4"]);
  });

  it("cuts a segment of 50 frames into parts of 8, 8, 9, 8, 8 and 9", () => {
    const parts = of(pack(101), "v720");
    for (const { notice } of parts) expect(PartSchema.parse(notice)).toEqual(notice);
    const first = parts.filter(({ notice }) => notice.msn === 40);
    expect(first.map(({ notice }) => Math.round(notice.durationSeconds * FPS))).toEqual([8, 8, 9, 8, 8, 9]);
    expect(first.map(({ notice }) => notice.isIndependent)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(first.map(({ isLast }) => isLast)).toEqual([false, false, false, false, false, true]);
    expect(first.map(({ notice }) => notice.file)[5]).toBe("r1-v720-40-5.m4s");
    const second = parts.find(({ notice }) => notice.msn === 41)!;
    expect(second.notice.isIndependent).toBe(true);
    expect(second.notice.programDateTimeMs).toBeCloseTo(STARTED_AT_MS + 2000, 3);
  });

  it("cuts sound at the same instants, within one AAC frame", () => {
    const made = pack(150);
    const video = of(made, "v720").filter(({ notice }) => notice.part === 0);
    expect(video.length).toBeGreaterThan(1);
    for (const { notice } of video) {
      const sound = of(made, "aud").find((one) => one.notice.msn === notice.msn && one.notice.part === 0)!;
      const apart = sound.notice.programDateTimeMs - notice.programDateTimeMs;
      expect(apart).toBeGreaterThanOrEqual(0);
      expect(apart).toBeLessThan(22);
    }
    expect(of(made, "aud").every(({ notice }) => notice.isIndependent)).toBe(true);
  });

  it("gives a missed frame's time to the one before, and numbers parts without gaps", () => {
    const missed = [3, ...Array.from({ length: 12 }, (_, index) => 14 + index)];
    const parts = of(pack(101, { missed }), "v720").filter(({ notice }) => notice.msn === 40);
    expect(seconds(parts)).toBeCloseTo(2, 6);
    expect(parts.map(({ notice }) => notice.part)).toEqual(parts.map((_, index) => index));
  });

  it("ends sound and picture together, the last parts as their segments' last", () => {
    const made = pack(120, { endAt: 110 });
    expect(seconds(of(made, "v720"))).toBeCloseTo(110 / FPS, 6);
    expect(Math.abs(seconds(of(made, "aud")) - 110 / FPS)).toBeLessThan(0.022);
    expect(of(made, "v720").at(-1)!.isLast).toBe(true);
    expect(of(made, "aud").at(-1)!.isLast).toBe(true);
  });

  it("makes files that FFmpeg reads: whole, in time, key frames where segments begin", async () => {
    const made = pack(120);
    for (const [index, rendition] of ["v720", "aud"].entries()) {
      const init = made.runs[0]!.inits[index]!.bytes;
      const file = Buffer.concat([init, ...of(made, rendition).map(({ bytes }) => bytes)]);
      const demuxer = await Demuxer.open(file, { format: "mp4" } as never);
      const times: number[] = [];
      const keys: number[] = [];
      for await (const packet of demuxer.packets()) {
        if (!packet) break;
        const { num, den } = demuxer.streams[0]!.timeBase;
        times.push((Number(packet.pts) * num) / den);
        if (packet.isKeyframe) keys.push((Number(packet.pts) * num) / den);
        packet.free();
      }
      await demuxer.close();
      expect(times[0]).toBeLessThan(0.022);
      for (let n = 1; n < times.length; n += 1) expect(times[n]! - times[n - 1]!).toBeLessThan(0.0401);
      if (rendition === "v720") {
        expect(times).toHaveLength(120);
        expect(keys).toEqual([0, 2, 4]);
      }
    }
  });
});
