/*
 * The peer of the mixer's bench that only encodes: both rungs by x264 with the product's own settings, from composed
 * raw pictures that lie in memory, as fast as it goes, or 25 a second with `paced`.
 * `node bare-x264.ts SECONDS LAYOUT [paced]` prints one line of JSON.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { VideoEncoder } from "../../../media/mixer/encode/video-encoder.ts";
import type { Scene } from "../../../media/mixer/mixer-messages.ts";
import { Compositor } from "../../../media/mixer/picture/compositor.ts";
import { LabelShelf } from "../../../media/mixer/picture/label-shelf.ts";
import { createPicture, fillPicture, type OwnedPicture } from "../../../media/mixer/picture/planes.ts";
import { ScaleInto } from "../../../media/mixer/picture/scale-into.ts";
import { CLIP_FRAMES, decodeCamera, encodeCamera, RUNGS, SECOND_AHEAD, SIZE } from "./two-cameras.ts";

const seconds = Number(process.argv[2] ?? 10);
const layout = (process.argv[3] ?? "side-by-side") as Scene["layout"];
const KEY_EVERY = 2 * SIZE.fps;

/** The pictures of both rungs, composed as the product does it. */
async function compose(): Promise<OwnedPicture[][]> {
  const cameras = await decodeCamera(await encodeCamera());
  const labels = new LabelShelf(SIZE.heightPx);
  const blank = createPicture(SIZE.widthPx, SIZE.heightPx);
  fillPicture(blank, { y: 16, u: 128, v: 128 });
  const whole = (of: { widthPx: number; heightPx: number }) => ({ x: 0, y: 0, ...of });
  return cameras.map((first, n) => {
    const compositor = new Compositor(SIZE, {
      labels,
      onFailed: (_, reason) => {
        throw new Error(reason);
      },
    });
    const second = cameras[(n + SECOND_AHEAD) % CLIP_FRAMES]!;
    const visible = [first, second].map((frame, at) => ({
      sourceId: `camera-${at}`,
      label: "",
      picture: { frame, serial: 1, playAtMs: 0 },
      isWhole: false,
    }));
    compositor.compose(layout, visible, { picture: blank, serial: 1 });
    return RUNGS.map(({ widthPx, heightPx }) => {
      if (widthPx === SIZE.widthPx) return compositor.canvas;
      const small = createPicture(widthPx, heightPx);
      new ScaleInto().draw(
        compositor.canvas.frame,
        { source: whole(SIZE), target: whole({ widthPx, heightPx }) },
        small,
      );
      return small;
    });
  });
}

const pictures = await compose();
const encoders = await Promise.all(
  RUNGS.map((rung, n) => VideoEncoder.create({ ...rung, fps: SIZE.fps, isSteady: n > 0 })),
);
const frames = Math.round(seconds * SIZE.fps);
let bytes = 0;
const isPaced = process.argv[4] === "paced";
const zeroMs = performance.now();
const before = process.cpuUsage();
for (let frame = 0; frame < frames; frame += 1) {
  if (isPaced) await sleep(Math.max(0, zeroMs + (frame * 1000) / SIZE.fps - performance.now()));
  for (const [rung, encoder] of encoders.entries()) {
    const encoded = await encoder.encode(pictures[frame % CLIP_FRAMES]![rung]!.frame, {
      frameIndex: frame,
      isKey: frame % KEY_EVERY === 0,
    });
    bytes += encoded!.data.length;
  }
}
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    cpuPerSecond: (user + system) / 1e6 / seconds,
    kbps: Math.round((bytes * 8) / 1000 / seconds),
  }),
);
