/*
 * What a mixer costs: two 720p25 cameras with microphones side by side, by RTP, out as 720p25, 360p25, Opus, AAC and
 * CMAF parts. CPU of its whole process for each second of programme. First from the half layers, which the stage takes
 * of cameras that are shown small, as both are here; then from the whole cameras, as they come from browsers that send
 * one layer. The peers have the whole cameras' pictures in both.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runCommand } from "../../media/worker/run-command.mjs";
import { MixerRig } from "../support/mixer-rig.ts";
import { SoundFeeder, VideoFeeder } from "../support/rtp-feeder.ts";
import { cpuSeconds } from "./harness/cpu.ts";
import { type Bench, defineBench, type Sample } from "./harness/define-bench.ts";
import { ChromiumComposer } from "./peers/chromium-composer.ts";
import { encodeCamera, encodeHalfLayer, SECOND_AHEAD, SIZE, voice } from "./peers/two-cameras.ts";

const LAYOUT = "side-by-side";
const PITCHES_HZ = [120, 210];
type Layer = "half" | "full";
const TAKEN: Record<Layer, string> = {
  half: "takes the half layer, 640 × 360 at 500 kbit/s, of both cameras, as a stage's does that shows them so small",
  full: "takes both cameras whole, 1280 × 720 at 2 Mbit/s",
};
const BARE = fileURLToPath(new URL("./peers/bare-x264.ts", import.meta.url));

class MeasuredMixer {
  readonly #rig: MixerRig;
  readonly #feeders: { close(): void }[];
  readonly #layer: Layer;

  private constructor(rig: MixerRig, feeders: { close(): void }[], layer: Layer) {
    this.#rig = rig;
    this.#feeders = feeders;
    this.#layer = layer;
  }

  static async create(layer: Layer): Promise<MeasuredMixer> {
    const rig = await MixerRig.create(SIZE);
    const clip = await (layer === "half" ? encodeHalfLayer() : encodeCamera());
    const feeders: { close(): void }[] = [];
    const peers = ["anna", "bo"];
    for (const [n, peer] of peers.entries()) {
      const camera = await rig.addRtp(peer, "h264", { cname: peer });
      feeders.push(new VideoFeeder(camera, rotate(clip, n * SECOND_AHEAD), { fps: SIZE.fps }));
      const microphone = await rig.addRtp(`${peer}-voice`, "opus", { cname: peer });
      feeders.push(await SoundFeeder.create(microphone, voice(PITCHES_HZ[n]!)));
    }
    rig.send({
      type: "setScene",
      scene: {
        layout: LAYOUT,
        pictures: peers.map((sourceId) => ({ sourceId, label: sourceId })),
        audible: peers.map((peer) => `${peer}-voice`),
      },
    });
    rig.send({ type: "startPackaging", run: "r1", firstMsn: 0 });
    return new MeasuredMixer(rig, feeders, layer);
  }

  async measure(seconds: number): Promise<Sample> {
    const pid = this.#rig.child.pid!;
    const beat = () => this.#rig.of("beat").at(-1)!;
    const [cpu, from, made] = [cpuSeconds(pid), performance.now(), beat()];
    await sleep(seconds * 1000);
    const used = cpuSeconds(pid) - cpu;
    const took = (performance.now() - from) / 1000;
    const late = beat().framesLate - made.framesLate;
    const notes = [`the mixer ${TAKEN[this.#layer]}`, ...(late > took / 2 ? [`${late} frames late`] : [])];
    return { value: used / took, serverCpu: used, notes };
  }

  async close(): Promise<void> {
    for (const feeder of this.#feeders) feeder.close();
    await this.#rig.close();
  }
}

/** A camera's clip from another place on; a decoder can begin at its key frame only, so it wraps once. */
function rotate<T>(clip: T[], by: number): T[] {
  return by === 0 ? clip : [...clip.slice(0, by), ...clip];
}

async function bareEncode(seconds: number, paced: boolean): Promise<Sample> {
  const args = [BARE, String(seconds), LAYOUT, ...(paced ? ["paced"] : [])];
  const stdout = await runCommand(process.execPath, args, { timeoutMs: 120_000 });
  return { value: (JSON.parse(stdout) as { cpuPerSecond: number }).cpuPerSecond };
}

export default defineBench({
  name: "mixer",
  title: "mixer and packager: CPU for each second of programme",
  async run(bench) {
    await compareWithPeers(bench, "half", { cameras: "two cameras" });
    await compareWithPeers(bench, "full", { cameras: "two cameras that send one layer" });
  },
});

async function compareWithPeers(bench: Bench, layer: Layer, { cameras }: { cameras: string }): Promise<void> {
  const [warmSeconds, seconds] = bench.quick ? [2, 3] : [12, 12];
  const mixer = await MeasuredMixer.create(layer);
  try {
    // Compilers and collectors settle; what runs for hours is measured as it runs then.
    await sleep(warmSeconds * 1000);
    const asked = {
      unit: "CPU s per s",
      floor: 1.8,
      ambition: 1.4,
      ours: () => mixer.measure(seconds),
      pairs: 3,
    };
    await bench.compare({
      ...asked,
      what: `${cameras} to 720p, 360p, AAC, Opus and parts, next to the encode of both rungs alone, in real time`,
      peerName: "x264, paced",
      peer: () => bareEncode(seconds, true),
    });
    await bench.compare({
      ...asked,
      what: `${cameras} next to that encode in one go`,
      peerName: "x264, in one go",
      peer: () => bareEncode(seconds, false),
    });
    await compareWithChromium(bench, mixer, { cameras, seconds });
  } finally {
    await mixer.close();
  }
}

async function compareWithChromium(
  bench: Bench,
  mixer: MeasuredMixer,
  { cameras, seconds }: { cameras: string; seconds: number },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "torilla-composer-"));
  try {
    await bench.compare({
      what: `${cameras} next to a headless Chromium that composes and records 720p alone`,
      unit: "CPU s per s",
      floor: 0.3,
      ambition: 0.15,
      ours: () => mixer.measure(seconds),
      peerName: "Chromium",
      peer: async () => {
        const composer = await ChromiumComposer.create(folder);
        try {
          await sleep(bench.quick ? 1000 : 3000);
          const { cpuPerSecond, fps, type } = await composer.record(seconds);
          const managed = `Chromium's CPU is for 25 pictures that it recorded, of which it managed ${Math.round(fps)} a second`;
          return { value: cpuPerSecond, notes: [`${managed}, ${type.split(";")[1]}`] };
        } finally {
          await composer.close();
        }
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
