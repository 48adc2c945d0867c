/* When flash and tone begin in the programme's own segments, as any player would see and hear them. */
import "../../support/quiet-ffmpeg.ts";
import { Decoder, Demuxer } from "node-av/api";
import { AV_SAMPLE_FMT_FLTP } from "node-av/constants";
import { LOOP_SECONDS } from "./flash-and-beep.ts";

const WHITE = 150;
const LOUD = 0.05;
/** Silence before a beginning that counts. */
const QUIET_MS = 300;

/** Milliseconds of the run's own time at which the first flash begins; `null` without one. */
async function flashMs(file: Buffer): Promise<number | null> {
  let before: boolean | null = null;
  for await (const { pictureLuma, atMs } of pictures(file)) {
    const isWhite = pictureLuma > WHITE;
    if (before === false && isWhite) return atMs;
    before = isWhite;
  }
  return null;
}

async function* pictures(file: Buffer): AsyncGenerator<{ pictureLuma: number; atMs: number }> {
  const demuxer = await Demuxer.open(file);
  const stream = demuxer.video()!;
  const decoder = await Decoder.create(stream);
  try {
    for await (const frame of decoder.frames(demuxer.packets(stream.index))) {
      if (frame === null) continue;
      const middle = frame.linesize[0]! * (frame.height >> 1) + (frame.width >> 1);
      const pictureLuma = frame.data![0]![middle]!;
      const atMs = (Number(frame.pts) * 1000) / stream.timeBase.den;
      frame.free();
      yield { pictureLuma, atMs };
    }
  } finally {
    decoder.close();
    await demuxer.close();
  }
}

async function beepMs(file: Buffer): Promise<number | null> {
  const demuxer = await Demuxer.open(file);
  const stream = demuxer.audio()!;
  const decoder = await Decoder.create(stream);
  let quietSinceMs: number | null = null;
  try {
    for await (const frame of decoder.frames(demuxer.packets(stream.index))) {
      if (frame === null) continue;
      if (frame.format !== AV_SAMPLE_FMT_FLTP) throw new Error("not planar float");
      const plane = frame.data![0]!;
      const samples = new Float32Array(plane.buffer, plane.byteOffset, frame.nbSamples);
      const fromMs = (Number(frame.pts) * 1000) / stream.timeBase.den;
      const loud = samples.findIndex((sample) => Math.abs(sample) > LOUD);
      const isBeginning = loud !== -1 && quietSinceMs !== null && fromMs - quietSinceMs >= QUIET_MS;
      if (loud === -1) quietSinceMs ??= fromMs;
      else quietSinceMs = null;
      frame.free();
      if (isBeginning) return fromMs + loud / 48;
    }
  } finally {
    decoder.close();
    await demuxer.close();
  }
  return null;
}

/** How much later than the flash the tone begins, ms. Both files: init and some segments, one after the other. */
export async function soundBehindPictureMs(video: Buffer, sound: Buffer): Promise<number> {
  const [flash, beep] = [await flashMs(video), await beepMs(sound)];
  if (flash === null || beep === null)
    throw new Error(`no ${flash === null ? "flash" : "tone"} in the segments`);
  const loopMs = LOOP_SECONDS * 1000;
  return ((beep - flash + 1.5 * loopMs) % loopMs) - loopMs / 2;
}
