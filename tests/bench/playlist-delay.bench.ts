/*
 * From a camera's picture at the mixer's RTP port to the playlist that lists the part with this picture: real mixer, real
 * link, real server, read by blocking reloads. Each picture carries its number; what is counted is the picture's first
 * showing in the programme, and the unit is the part of a third of a second.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { MixerNotice } from "../../media/mixer/mixer-messages.ts";
import { fillPicture } from "../../media/mixer/picture/planes.ts";
import { packetizeH264 } from "../../media/mixer/rtp/h264-packetizer.ts";
import { RtpSockets, RtpStreamOut } from "../../media/mixer/rtp/rtp-out.ts";
import { drawCounter } from "../support/counter-video.ts";
import { MixerRig } from "../support/mixer-rig.ts";
import { encodeClip } from "../support/rtp-feeder.ts";
import { defineBench } from "./harness/define-bench.ts";
import { percentile } from "./harness/statistics.ts";
import { ProductOrigin } from "./hls/product-origin.ts";
import { type CountedPicture, readCounters } from "./hls/read-counters.ts";

const SIZE = { widthPx: 640, heightPx: 360, fps: 25 };
const CLIP_FRAMES = 250;
const PART_MS = 1000 / 3;

type PartNotice = Extract<MixerNotice, { type: "part" }>;

export default defineBench({
  name: "playlist-delay",
  title: "from RTP in to the sample in the playlist",
  async run(bench) {
    const seconds = bench.quick ? 6 : 30;
    const origin = await ProductOrigin.create();
    const rig = await MixerRig.create(SIZE);
    const camera = await Camera.create(rig);
    try {
      rig.child.on("message", (notice: MixerNotice) => passOn(origin, notice));
      await rig.waitFor((notice) => notice.type === "sourceStarted");
      await sleep(1000);
      rig.send({ type: "startPackaging", run: "r1", firstMsn: 0 });
      await rig.waitFor((notice) => notice.type === "part");
      const listed = await followPlaylist(`${origin.url}/v720.m3u8`, seconds);
      const parts = rig.of("part").filter(({ notice }) => notice.rendition === "v720");
      const { inits } = rig.of("runStarted")[0]!;
      const init = inits.find(({ file }) => file.includes("v720"))!.bytes;
      const pictures = await readCounters(Buffer.concat([init, ...parts.map(({ bytes }) => bytes)]));
      const delays = delaysOf(pictures, { parts, listed, camera });
      bench.record({
        what: "from the picture at the mixer's port to the playlist with its part, p95, in parts of a third of a second",
        unit: "parts",
        value: percentile(delays, 0.95) / PART_MS,
        floor: 2,
        ambition: 1.2,
        notes: [
          `${delays.length} pictures; median ${percentile(delays, 0.5).toFixed(0)} ms, p95 ` +
            `${percentile(delays, 0.95).toFixed(0)} ms, least ${Math.min(...delays).toFixed(0)} ms`,
        ],
      });
    } finally {
      camera.close();
      await rig.close();
      await origin.close();
    }
  },
});

/** Numbered pictures over RTP, and when each was sent. */
class Camera {
  /** Instants (performance.now) by picture since the beginning. */
  readonly sentAtMs: number[] = [];
  readonly #sockets = new RtpSockets();
  #isClosed = false;

  static async create(rig: MixerRig): Promise<Camera> {
    const clip = await encodeClip({
      ...SIZE,
      frames: CLIP_FRAMES,
      kbps: 800,
      draw: (picture, frame) => {
        fillPicture(picture, { y: 110, u: 100, v: 150 });
        drawCounter(picture, frame);
      },
    });
    const target = await rig.addRtp("camera", "h264");
    rig.send({
      type: "setScene",
      scene: { layout: "full", pictures: [{ sourceId: "camera", label: "" }], audible: [] },
    });
    const camera = new Camera();
    const stream = new RtpStreamOut(camera.#sockets, { target, clockRate: 90_000, cname: "camera" });
    void camera.#run((n, atMs) => stream.send(packetizeH264(clip[n % CLIP_FRAMES]!.data), atMs, Date.now()));
    return camera;
  }

  /** Instant at which the picture of this number was last sent before `beforeMs`; `null` when it never was. */
  sentBefore(counter: number, beforeMs: number): number | null {
    for (let n = this.sentAtMs.length - 1; n >= 0; n -= 1)
      if (n % CLIP_FRAMES === counter && this.sentAtMs[n]! < beforeMs) return this.sentAtMs[n]!;
    return null;
  }

  async #run(send: (n: number, atMs: number) => void): Promise<void> {
    const zeroMs = performance.now();
    for (let n = 0; !this.#isClosed; n += 1) {
      const dueMs = zeroMs + (n * 1000) / SIZE.fps;
      await sleep(Math.max(0, dueMs - performance.now()));
      if (this.#isClosed) return;
      send(n, 1_000_000 + (n * 1000) / SIZE.fps);
      this.sentAtMs.push(performance.now());
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#sockets.close();
  }
}

/** The media node's part of the road, without the disk. */
function passOn(origin: ProductOrigin, message: MixerNotice): void {
  if (message.type === "runStarted") {
    const renditions = message.notice.renditions.map((one) => ({
      ...one,
      initBase64: Buffer.from(message.inits.find(({ file }) => file === one.initFile)?.bytes ?? []).toString(
        "base64",
      ),
    }));
    origin.tell({ ...message.notice, renditions }, null);
  } else if (message.type === "part") {
    const { notice, isLastOfSegment, bytes } = message;
    origin.tell({ ...notice, isLastOfSegment }, Buffer.from(bytes));
  }
}

/** When the playlist first listed each part, by its file's name. */
async function followPlaylist(url: string, seconds: number): Promise<Map<string, number>> {
  const listed = new Map<string, number>();
  const until = performance.now() + seconds * 1000;
  let query = "";
  while (performance.now() < until) {
    const response = await fetch(url + query);
    const text = await response.text();
    const atMs = performance.now();
    if (!response.ok) throw new Error(`playlist: ${response.status}`);
    const files = [...text.matchAll(/#EXT-X-PART:.*URI="([^"]+)"/g)].map(([, file]) => file!);
    // What the first playlist lists was there for longer.
    for (const file of files) if (!listed.has(file)) listed.set(file, query === "" ? Number.NaN : atMs);
    const hint = /#EXT-X-PRELOAD-HINT:TYPE=PART,URI="[^"]*-(\d+)-(\d+)\.m4s"/.exec(text);
    if (hint === null) throw new Error("no preload hint");
    query = `?_HLS_msn=${hint[1]}&_HLS_part=${hint[2]}`;
  }
  return listed;
}

/** Of each picture's first showing, ms. */
function delaysOf(
  pictures: CountedPicture[],
  { parts, listed, camera }: { parts: PartNotice[]; listed: Map<string, number>; camera: Camera },
): number[] {
  const runStartMs = parts[0]!.notice.programDateTimeMs;
  const delays: number[] = [];
  let before: number | null = null;
  for (const { counter, atMs } of pictures) {
    const isFirst = counter !== null && counter !== before;
    before = counter ?? before;
    if (!isFirst) continue;
    const part = parts.findLast(({ notice }) => notice.programDateTimeMs - runStartMs <= atMs + 1);
    const listedAtMs = listed.get(part!.notice.file);
    if (listedAtMs === undefined || Number.isNaN(listedAtMs)) continue;
    const sentAtMs = camera.sentBefore(counter, listedAtMs);
    if (sentAtMs !== null) delays.push(listedAtMs - sentAtMs);
  }
  return delays;
}
