import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { fillPicture, type OwnedPicture } from "../../media/mixer/picture/planes.ts";
import { COUNTER_CELLS, cellIsWhite } from "./fake-camera.ts";
import { makeVideo } from "./make-video.ts";

/** A lecture's stand-in: an MP4 whose burnt-in counter (as of the fake camera) is the number of the frame. Made once. */
export async function makeCounterVideo(
  path: string,
  options: { seconds: number; fps: number; toneHz: number },
): Promise<string> {
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const { seconds, fps, toneHz } = options;
  const part = path.replace(/\.mp4$/, ".part.mp4");
  await makeVideo(part, {
    seconds,
    fps,
    widthPx: 640,
    heightPx: 360,
    draw: (picture, frame) => {
      fillPicture(picture, { y: 150, u: 160, v: 90 });
      drawCounter(picture, frame);
    },
    level: (sample) => 0.25 * Math.sin((2 * Math.PI * toneHz * sample) / 48_000),
  });
  renameSync(part, path);
  return path;
}

export function drawCounter(picture: OwnedPicture, number: number): void {
  for (const plane of [0, 1, 2] as const) {
    const shift = plane === 0 ? 0 : 1;
    const [width, height] = [picture.widthPx >> shift, picture.heightPx >> shift];
    const stride = picture.strides[plane]!;
    for (let y = Math.floor(height * 0.4); y < height * 0.6; y += 1) {
      for (let cell = 0; cell < COUNTER_CELLS; cell += 1) {
        const from = y * stride + Math.round((cell * width) / COUNTER_CELLS);
        const to = y * stride + Math.round(((cell + 1) * width) / COUNTER_CELLS);
        picture.planes[plane].fill(plane > 0 ? 128 : cellIsWhite(cell, number) ? 235 : 16, from, to);
      }
    }
  }
}
