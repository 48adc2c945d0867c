/*
 * What the mixer's benches show: FFmpeg's moving test card with the noise of a small camera, as two cameras' pictures.
 */
import "../../support/quiet-ffmpeg.ts";
import { Filter, FilterGraph, Frame } from "node-av/lib";
import type { EncodedPicture } from "../../../media/mixer/encode/video-encoder.ts";
import { copyFrame, createPicture, type OwnedPicture } from "../../../media/mixer/picture/planes.ts";
import { ScaleInto } from "../../../media/mixer/picture/scale-into.ts";
import { VideoDecoder } from "../../../media/mixer/source/video-decoder.ts";
import { encodeClip } from "../../support/rtp-feeder.ts";

export const SIZE = { widthPx: 1280, heightPx: 720, fps: 25 };
/** Both rungs as the product's settings have them for this canvas. */
export const RUNGS = [
  { widthPx: 1280, heightPx: 720, kbps: 2000 },
  { widthPx: 640, heightPx: 360, kbps: 280 },
] as const;
/** Length of the clip that both cameras send over and over; the second one is this far ahead. */
export const CLIP_FRAMES = 100;
export const SECOND_AHEAD = 37;
export const CAMERA_KBPS = 2000;
/** As client/src/room/camera-encodings.ts has it. */
export const HALF_LAYER_KBPS = 500;

const VOICE_SECONDS = 4;

/**
 * What a microphone sends: a voice in syllables over a room's noise, the same in each run, over and over. (A pure tone
 * is no such thing: AAC's encoder looks in vain for a use of the bits that it does not need, at four times the cost.)
 */
export function voice(pitchHz: number): (sample: number) => number {
  const rate = 48_000;
  let seed = pitchHz;
  const samples = Float32Array.from({ length: VOICE_SECONDS * rate }, (_, sample) => {
    const at = (2 * Math.PI * sample) / rate;
    const phase = pitchHz * at + 2 * Math.sin(5 * at);
    let sum = 0;
    for (let harmonic = 1; harmonic <= 20; harmonic += 1) sum += Math.sin(harmonic * phase) / harmonic;
    const syllable = 0.5 + 0.5 * Math.sin(3 * at);
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return 0.12 * syllable * sum + 0.001 * (seed / 2 ** 32 - 0.5);
  });
  return (sample) => samples[sample % samples.length]!;
}

export interface TestCard {
  /** Draws the next picture. */
  draw(picture: OwnedPicture): void;
  close(): void;
}

/** What a camera sends: its full layer. */
export async function encodeCamera(): Promise<EncodedPicture[]> {
  const card = openTestCard();
  const clip = await encodeClip({ ...SIZE, frames: CLIP_FRAMES, kbps: CAMERA_KBPS, draw: card.draw });
  card.close();
  return clip;
}

/** The same camera's half layer: the same pictures, halved and encoded as the page's settings have it. */
export async function encodeHalfLayer(): Promise<EncodedPicture[]> {
  const card = openTestCard();
  const { widthPx, heightPx, fps } = SIZE;
  const half = { widthPx: widthPx / 2, heightPx: heightPx / 2 };
  const whole = createPicture(widthPx, heightPx);
  const scaler = new ScaleInto();
  const clip = await encodeClip({
    ...half,
    fps,
    frames: CLIP_FRAMES,
    kbps: HALF_LAYER_KBPS,
    draw: (picture) => {
      card.draw(whole);
      const fit = { source: { x: 0, y: 0, widthPx, heightPx }, target: { x: 0, y: 0, ...half } };
      scaler.draw(whole, fit, picture);
    },
  });
  card.close();
  scaler.close();
  whole.frame.free();
  return clip;
}

/** The camera's pictures as whoever receives them sees them. The caller frees them. */
export async function decodeCamera(clip: readonly EncodedPicture[]): Promise<Frame[]> {
  const frames: Frame[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const decoder = new VideoDecoder({
    onFrame: (frame) => {
      if (frames.push(frame) === clip.length) resolve();
    },
    onError: () => reject(new Error("the clip cannot be decoded")),
  });
  await decoder.open();
  for (const [n, { data, isKey }] of clip.entries()) {
    decoder.push({ data, isKey, pts: BigInt(n) });
    while (decoder.waiting > 20) await new Promise(setImmediate);
  }
  await promise;
  decoder.close();
  return frames;
}

export function openTestCard(): TestCard {
  const graph = new FilterGraph();
  graph.alloc();
  const chain = [
    ["testsrc2", `size=${SIZE.widthPx}x${SIZE.heightPx}:rate=${SIZE.fps}`],
    ["format", "pix_fmts=yuv420p"],
    ["noise", "alls=6:allf=t"],
    ["buffersink", null],
  ] as const;
  const filters = chain.map(([name, options]) => graph.createFilter(Filter.getByName(name)!, name, options)!);
  for (const [index, filter] of filters.slice(0, -1).entries()) filter.link(0, filters[index + 1]!, 0);
  graph.configSync();
  return {
    draw(picture) {
      const frame = new Frame();
      frame.alloc();
      filters.at(-1)!.buffersinkGetFrameSync(frame);
      copyFrame(frame, picture);
      frame.free();
    },
    close: () => graph.free(),
  };
}
