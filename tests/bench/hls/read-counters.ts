/* The burnt-in counters (tests/support/counter-video.ts) in a file's pictures. */
import "../../support/quiet-ffmpeg.ts";
import { Decoder, Demuxer } from "node-av/api";
import type { Frame } from "node-av/lib";
import { COUNTER_BITS, COUNTER_CELLS } from "../../support/fake-camera.ts";

export interface CountedPicture {
  /** `null`: the picture shows none. */
  counter: number | null;
  /** Since the file's beginning. */
  atMs: number;
}

/** `file`: init and parts, one after the other. */
export async function readCounters(file: Buffer): Promise<CountedPicture[]> {
  const demuxer = await Demuxer.open(file);
  const stream = demuxer.video()!;
  const decoder = await Decoder.create(stream);
  const pictures: CountedPicture[] = [];
  try {
    for await (const frame of decoder.frames(demuxer.packets(stream.index))) {
      if (frame === null) continue;
      pictures.push({
        counter: counterOf(frame),
        atMs: (Number(frame.pts) * 1000 * stream.timeBase.num) / stream.timeBase.den,
      });
      frame.free();
    }
  } finally {
    decoder.close();
    await demuxer.close();
  }
  return pictures;
}

function counterOf(frame: Frame): number | null {
  const luma = frame.data![0]!;
  const row = frame.linesize[0]! * (frame.height >> 1);
  const cell = (n: number) => luma[row + Math.round(((n + 0.5) * frame.width) / COUNTER_CELLS)]!;
  if (cell(0) < 180 || cell(COUNTER_CELLS - 1) > 75) return null;
  let counter = 0;
  for (let bit = 1; bit <= COUNTER_BITS; bit += 1) counter = counter * 2 + (cell(bit) > 128 ? 1 : 0);
  return counter;
}
