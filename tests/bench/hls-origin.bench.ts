/*
 * What viewers of low-latency HLS cost the server: each follows one rendition of 1.5 Mbit/s by blocking reloads and
 * fetches every part. The real server over its real media link, next to a bare handler that answers the same.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { HlsLoad, type HlsReport } from "../support/load/hls-load.ts";
import { cpuSeconds } from "./harness/cpu.ts";
import { type Bench, defineBench, type Sample } from "./harness/define-bench.ts";
import { LOAD_CORE, pin } from "./harness/spawn-pinned.ts";
import { median } from "./harness/statistics.ts";
import { MadeUpBroadcast } from "./hls/made-up-broadcast.ts";
import { ProductOrigin } from "./hls/product-origin.ts";
import { BareHlsOrigin } from "./peers/bare-hls-origin.ts";

/** A part of a third of a second at 1.5 Mbit/s. */
const PART_BYTES = 1_500_000 / 8 / 3;
const FEW = 250;
const MANY = 2000;
const UNIT = "ms CPU per viewer-second";

interface Origin {
  url: string;
  pid: number;
}

interface Measured extends Sample {
  release: HlsReport["releaseMs"];
}

export default defineBench({
  name: "hls-origin",
  title: "low-latency HLS origin: CPU for each viewer",
  async run(bench) {
    const [few, many] = bench.quick ? [20, 60] : [FEW, MANY];
    pin(process.pid, LOAD_CORE);
    const product = await ProductOrigin.create();
    const bare = await BareHlsOrigin.create();
    const load = await HlsLoad.start({ core: LOAD_CORE });
    const broadcast = MadeUpBroadcast.begin({
      partBytes: { v720: PART_BYTES, v360: 20_000, aud: 4000 },
      tell: (notice, bytes) => {
        product.tell(notice, bytes);
        bare.tell(notice, bytes);
      },
    });
    try {
      const measure = (origin: Origin, viewers: number) => follow({ bench, load, origin, viewers });
      for (const viewers of bench.quick ? [few] : [few, many]) await measure(product, viewers);
      const rounds: { ours: Measured[]; peer: Measured }[] = [];
      for (let round = 0; round < (bench.quick ? 1 : 3); round += 1) {
        const ours = [await measure(product, many)];
        const peer = await measure(bare, many);
        ours.push(await measure(product, few));
        rounds.push({ ours, peer });
        const shown = [...ours, peer].map(({ value }) => value.toFixed(4)).join(", ");
        bench.say(
          `  ${round + 1}. ${many} viewers, ${few} viewers, bare handler with ${many}: ${shown} ${UNIT}`,
        );
      }
      tell(bench, rounds, { few, many });
    } finally {
      await load.close();
      await broadcast.close();
      await bare.close();
      await product.close();
    }
  },
});

async function follow(options: {
  bench: Bench;
  load: HlsLoad;
  origin: Origin;
  viewers: number;
}): Promise<Measured> {
  const { bench, load, origin, viewers } = options;
  const seconds = bench.quick ? 2 : 8;
  await load.follow({ url: origin.url, viewers, renditions: [["v720"]], rampMs: 1000 });
  await sleep(bench.quick ? 1500 : 3000);
  await load.reset();
  const [cpu, fromMs] = [cpuSeconds(origin.pid), performance.now()];
  await sleep(seconds * 1000);
  const used = cpuSeconds(origin.pid) - cpu;
  const took = (performance.now() - fromMs) / 1000;
  const report = await load.report();
  await load.stop();
  await load.reset();
  const expected = viewers * took * 3;
  const notes: string[] = [];
  if (report.parts < 0.97 * expected || report.notStarted > 0)
    notes.push(`${viewers} viewers got ${Math.round((100 * report.parts) / expected)} % of the parts`);
  if (report.serverErrors > 0) notes.push(`${report.serverErrors} answers of 500 or more`);
  return {
    value: (used * 1000) / took / viewers,
    serverCpu: used,
    loadCpu: report.cpuSeconds,
    release: report.releaseMs,
    notes,
  };
}

function tell(
  bench: Bench,
  rounds: { ours: Measured[]; peer: Measured }[],
  { few, many }: { few: number; many: number },
): void {
  const crowds = rounds.map(({ ours }) => ours[0]!);
  const handfuls = rounds.map(({ ours }) => ours[1]!);
  const peers = rounds.map(({ peer }) => peer);
  const notes = [...new Set([...crowds, ...handfuls, ...peers].flatMap((one) => one.notes ?? []))];
  const record = (what: string, asked: [number, number], against: { name: string; samples: Measured[] }) => {
    const pairs = crowds.map(({ value }, n): [number, number] => [value, against.samples[n]!.value]);
    bench.record({
      what,
      unit: UNIT,
      value: median(pairs.map(([a, b]) => a / b)),
      floor: asked[0],
      ambition: asked[1],
      ours: median(pairs.map(([a]) => a)),
      peer: median(pairs.map(([, b]) => b)),
      peerName: against.name,
      pairs,
      loadCpu: crowds.at(-1)!.loadCpu!,
      serverCpu: crowds.at(-1)!.serverCpu!,
      notes,
    });
  };
  record(`${many} viewers, next to a bare handler that answers the same from memory`, [1.5, 1.15], {
    name: "bare Node",
    samples: peers,
  });
  record(`${many} viewers next to ${few}`, [1.05, 1], { name: `${few} viewers`, samples: handfuls });
  bench.record({
    what: `from a part at the media node to the playlist with it at each of ${many} viewers, p99`,
    unit: "ms",
    value: median(crowds.map(({ release }) => release.p99)),
    floor: null,
    ambition: null,
    notes: [
      `half of them after ${median(crowds.map(({ release }) => release.p50)).toFixed(0)} ms; ` +
        `bare handler: p99 ${median(peers.map(({ release }) => release.p99)).toFixed(0)} ms`,
    ],
  });
}
