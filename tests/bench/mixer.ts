/*
 * What a mixer costs: two 720p25 cameras with microphones side by side, out as 720p25, 360p25, Opus, AAC and CMAF
 * parts. `node tests/bench/mixer.ts [layout] [seconds]` on an idle machine.
 */
import { readdirSync, readFileSync } from "node:fs";
import { Filter, FilterGraph, Frame } from "node-av/lib";
import type { Scene } from "../../media/mixer/mixer-messages.ts";
import { copyFrame, type OwnedPicture } from "../../media/mixer/picture/planes.ts";
import { MixerRig, sleep } from "../support/mixer-rig.ts";
import { encodeClip, SoundFeeder, tone, VideoFeeder } from "../support/rtp-feeder.ts";

const layout = (process.argv[2] ?? "side-by-side") as Scene["layout"];
const seconds = Number(process.argv[3] ?? 20);
const SIZE = { widthPx: 1280, heightPx: 720, fps: 25 };
const TICKS_PER_SECOND = 100;

/** FFmpeg's moving test card with the noise of a small camera. */
function openTestCard(): { draw: (picture: OwnedPicture) => void; graph: FilterGraph } {
  const graph = new FilterGraph();
  graph.alloc();
  const chain = [
    ["testsrc2", "size=1280x720:rate=25"],
    ["format", "pix_fmts=yuv420p"],
    ["noise", "alls=6:allf=t"],
    ["buffersink", null],
  ] as const;
  const filters = chain.map(([name, options]) => graph.createFilter(Filter.getByName(name)!, name, options)!);
  for (const [index, filter] of filters.slice(0, -1).entries()) filter.link(0, filters[index + 1]!, 0);
  graph.configSync();
  const draw = (picture: OwnedPicture) => {
    const frame = new Frame();
    frame.alloc();
    filters.at(-1)!.buffersinkGetFrameSync(frame);
    copyFrame(frame, picture);
    frame.free();
  };
  return { draw, graph };
}

/** CPU seconds so far, by the names of threads. */
function cpuOf(pid: number): Map<string, number> {
  const used = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const cpu = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    used.set(name, (used.get(name) ?? 0) + cpu);
  }
  return used;
}

const rig = await MixerRig.create(SIZE);
const pid = rig.child.pid!;
const feeders: { close(): void }[] = [];
const card = openTestCard();
const clip = await encodeClip({ ...SIZE, frames: 100, kbps: 2000, draw: card.draw });
for (const peer of ["anna", "bo"]) {
  feeders.push(new VideoFeeder(await rig.addRtp(peer, "h264", { cname: peer }), clip, { fps: 25 }));
  const microphone = await rig.addRtp(`${peer}-voice`, "opus", { cname: peer });
  feeders.push(await SoundFeeder.create(microphone, tone(440, 0.25)));
}
rig.send({
  type: "setScene",
  scene: {
    layout,
    pictures: [
      { sourceId: "anna", label: "Anna" },
      { sourceId: "bo", label: "Bo" },
    ],
    audible: ["anna-voice", "bo-voice"],
  },
});
rig.send({ type: "startPackaging", run: "r1", firstMsn: 0 });
await sleep(5000);

const before = cpuOf(pid);
const beatBefore = rig.of("beat").at(-1)!;
const fromMs = performance.now();
await sleep(seconds * 1000);
const tookSeconds = (performance.now() - fromMs) / 1000;
const after = cpuOf(pid);
const beatAfter = rig.of("beat").at(-1)!;
const total =
  [...after.values()].reduce((sum, cpu) => sum + cpu, 0) -
  [...before.values()].reduce((sum, cpu) => sum + cpu, 0);
const frames = beatAfter.framesMade - beatBefore.framesMade;
console.log(`${layout}: ${(total / tookSeconds).toFixed(2)} CPU seconds a second of programme`);
console.log(
  `${frames} frames (${((1000 * total) / frames).toFixed(1)} ms CPU each), ${beatAfter.framesLate - beatBefore.framesLate} late`,
);
for (const [name, cpu] of after) {
  const share = (cpu - (before.get(name) ?? 0)) / tookSeconds;
  if (share > 0.005) console.log(`  ${name}: ${share.toFixed(3)}`);
}
for (const feeder of feeders) feeder.close();
card.graph.free();
await rig.close();
