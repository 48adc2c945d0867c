/*
 * 240 viewers on two media workers next to one: p99 from sending the programme's packet to its arrival, by the stamp in
 * it and the kernel's clock of its arrival. All processes may use both cores in both variants; who receives gives way,
 * as it would be elsewhere.
 */
import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { openAudience } from "../support/load/plane-viewers.ts";
import { startSourceNode } from "../support/load/source-node.ts";
import { WebrtcLoad } from "../support/load/webrtc-load.ts";
import { inTurn, sum } from "./forwarding.ts";
import { cpuSeconds } from "./harness/cpu.ts";
import { defineBench, type Sample } from "./harness/define-bench.ts";

export default defineBench({
  name: "two-workers",
  title: "Two media workers: p99 of media latency, 240 viewers",
  async run(bench) {
    const [viewers, seconds] = bench.quick ? [60, 4] : [240, 15];
    const load = await WebrtcLoad.start({ yields: true });
    const source = await WebrtcLoad.start();

    async function watch(workers: number): Promise<Sample> {
      const node = await startSourceNode({ source, workers });
      const audience = await openAudience(node);
      try {
        const ids = await inTurn(viewers, () => audience.watch(load));
        await Promise.all(ids.map((id) => load.picture(id)));
        await sleep(2_000);
        await load.reset();
        const used = () => node.workerPids.map((pid) => cpuSeconds(pid));
        const [before, loadBefore] = [used(), (await load.stats()).cpuSeconds];
        await sleep(seconds * 1_000);
        const after = used();
        const { peers, latency, cpuSeconds: loadAfter } = await load.stats();
        await load.closePeers();
        const { video, audio } = latency;
        const spent = after.map((cpu, index) => cpu - before[index]!);
        const lost = sum(peers.map((one) => one.video.lost + one.audio.lost));
        bench.say(
          `    ${workers} worker(s): picture p50 / p99 / max ${video!.p50Ms.toFixed(1)} / ${video!.p99Ms.toFixed(1)} / ${video!.maxMs.toFixed(0)} ms, sound p99 ${audio!.p99Ms.toFixed(1)} ms, ${lost} lost; cores used ${spent.map((cpu) => (cpu / seconds).toFixed(2)).join(" + ")}`,
        );
        return { value: video!.p99Ms, loadCpu: loadAfter - loadBefore, serverCpu: sum(spent) };
      } finally {
        await audience.close();
        await node.close();
      }
    }

    try {
      await bench.compare({
        what: `p99 of the picture's packets from the source to ${viewers} viewers, two workers next to one`,
        unit: "ms",
        floor: 0.8,
        ambition: 0.6,
        peerName: "one worker",
        ours: () => watch(2),
        peer: () => watch(1),
      });
      bench.say(`  on ${cpus().length} cores, load and source beside the workers`);
    } finally {
      await load.close();
      await source.close();
    }
  },
});
