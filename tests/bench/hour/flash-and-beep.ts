/* A presenter's loop of four seconds: a white flash and a tone begin together, then dark and silence. */
import "../../support/quiet-ffmpeg.ts";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SoundEncoder } from "../../../media/mixer/encode/sound-encoder.ts";
import { VideoEncoder } from "../../../media/mixer/encode/video-encoder.ts";
import { createPicture, fillPicture } from "../../../media/mixer/picture/planes.ts";
import type { PresenterFiles } from "../../support/load/webrtc-presenter.ts";

export const LOOP_SECONDS = 4;
const FLASH_SECONDS = 0.5;

/** Every fifth picture is a key frame, so that a lost one is mended without beginning anew. */
export async function makeFlashAndBeep(
  folder: string,
  size: { widthPx: number; heightPx: number; fps: number },
): Promise<PresenterFiles> {
  await mkdir(folder, { recursive: true });
  const files = {
    video: join(folder, "flash.h264"),
    audio: join(folder, "beep.opus-packets"),
    fps: size.fps,
    keepsPlace: true,
  };
  const encoder = await VideoEncoder.create({ ...size, kbps: 200 });
  const picture = createPicture(size.widthPx, size.heightPx);
  const pictures: Buffer[] = [];
  for (let frame = 0; frame < LOOP_SECONDS * size.fps; frame += 1) {
    fillPicture(picture, { y: frame < FLASH_SECONDS * size.fps ? 235 : 16, u: 128, v: 128 });
    const encoded = await encoder.encode(picture.frame, { frameIndex: frame, isKey: frame % 5 === 0 });
    pictures.push(encoded!.data);
  }
  encoder.close();
  picture.frame.free();
  await writeFile(files.video, Buffer.concat(pictures));
  await writeFile(files.audio, await encodeBeep());
  return files;
}

/** Opus packets of 20 ms, each after its length; as many as the loop has. */
async function encodeBeep(): Promise<Buffer> {
  const encoder = await SoundEncoder.createOpus(64);
  const count = LOOP_SECONDS * 50;
  const packets: Buffer[] = [];
  // The encoder's first packets hold its own delay: the second round of the loop is the one that is kept.
  for (let block = 0; block < 2 * count; block += 1) {
    const samples = Float32Array.from({ length: 960 }, (_, at) => {
      const sample = (block % count) * 960 + at;
      return sample < FLASH_SECONDS * 48_000 ? 0.3 * Math.sin((2 * Math.PI * 1000 * sample) / 48_000) : 0;
    });
    for (const { data } of encoder.encode(samples, samples)) {
      if (block < count) continue;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(data.length);
      packets.push(length, data);
    }
  }
  encoder.close();
  return Buffer.concat(packets);
}
