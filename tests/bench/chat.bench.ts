/*
 * A full hall that talks: 1,000 sockets in one stage's chat, 60 messages a second by all of them in turn. The product
 * is its real server process with its real PostgreSQL (every message is committed before it is told), the peer is
 * bare `ws` that encodes each message once. Server, and its PostgreSQL, on one core; the load on the other.
 */
import { createFair } from "../support/factories.ts";
import { startBareWs } from "../support/load/bare-ws.ts";
import { startServerProcess, untilStill, waitForAllDelivered } from "../support/load/server-process.ts";
import { type SocketGroup, SocketLoad, type SocketStats } from "../support/load/socket-load.ts";
import { waitFor } from "../support/wait-for.ts";
import { defineBench, type Sample } from "./harness/define-bench.ts";
import { LOAD_CORE, SERVER_CORE } from "./harness/spawn-pinned.ts";
import { median } from "./harness/statistics.ts";

const WARM_UP_SECONDS = 4;

export default defineBench({
  name: "chat",
  title: "Chat: 1,000 sockets, 60 messages a second",
  async run(bench) {
    const [sockets, perSecond, seconds] = bench.quick ? [100, 20, 4] : [1_000, 60, 20];
    const product = await startServerProcess({ core: SERVER_CORE });
    const bare = await startBareWs({ core: SERVER_CORE });
    const load = await SocketLoad.start({ core: LOAD_CORE });
    const { stage } = await createFair(product.db);
    const chat = { kind: "stage", stageId: stage.id } as const;
    const p99 = { ours: [] as number[], peer: [] as number[], answers: [] as number[] };
    let missing = 0;

    /** CPU microseconds of the server per delivered message. */
    async function measure(
      group: SocketGroup,
      cpu: () => number,
      settle: (group: SocketGroup) => Promise<void>,
    ) {
      await group.send({ perSecond, count: perSecond * WARM_UP_SECONDS });
      await settle(group);
      await group.stats({ reset: true });
      const [cpuBefore, loadBefore] = [cpu(), await load.cpuSeconds()];
      await group.send({ perSecond, count: perSecond * seconds });
      await settle(group);
      const stats = await group.stats();
      const [serverCpu, loadCpu] = [cpu() - cpuBefore, (await load.cpuSeconds()) - loadBefore];
      return { stats, serverCpu, loadCpu, value: (serverCpu / stats.deliveries) * 1e6 };
    }

    async function ours(): Promise<Sample> {
      const group = await load.open({ url: product.url, sockets, chat });
      const postgresBefore = product.postgresCpu();
      const { stats, ...sample } = await measure(group, product.serverCpu, waitForAllDelivered);
      missing += sockets * perSecond * seconds - stats.deliveries;
      const postgres = product.postgresCpu() - postgresBefore;
      await close(group, () => product.metric("torilla_sockets"));
      p99.ours.push(stats.deliveryMs.p99);
      p99.answers.push(stats.answerMs.p99);
      bench.say(describe(stats, `product, PostgreSQL ${postgres.toFixed(1)} s of CPU beside it`));
      return sample;
    }

    async function peer(): Promise<Sample> {
      const group = await load.open({ url: bare.url, sockets, chat, cookies: [] });
      const { stats, ...sample } = await measure(group, bare.serverCpu, untilStill);
      // One message a frame. The load counts as delivered only what has no gap before it, and nothing fills a gap here.
      const value = (sample.serverCpu / stats.frames) * 1e6;
      await close(group, bare.openSockets);
      p99.peer.push(stats.deliveryMs.p99);
      bench.say(describe(stats, "bare ws"));
      return { ...sample, value };
    }

    try {
      await bench.compare({
        what: `CPU per delivery, ${sockets} sockets × ${perSecond} messages a second`,
        unit: "µs",
        floor: 0.6,
        ambition: 0.3,
        peerName: "bare ws",
        ours,
        peer,
      });
      bench.record({
        what: "p99 from writing to the notice at each socket",
        unit: "ms",
        value: median(p99.ours),
        floor: 100,
        ambition: null,
        notes: [
          `bare ws ${median(p99.peer).toFixed(0)} ms; acknowledgement p99 ${median(p99.answers).toFixed(0)} ms`,
        ],
      });
      bench.record({
        what: "messages missing at any socket",
        unit: "",
        value: missing,
        floor: 0,
        ambition: 0,
      });
    } finally {
      await load.close();
      await bare.close();
      await product.close();
    }
  },
});

async function close(group: SocketGroup, openSockets: () => Promise<number>): Promise<void> {
  await group.close();
  await waitFor(async () => (await openSockets()) === 0, { what: "the end of the group's sockets" });
}

function describe(stats: SocketStats, who: string): string {
  const { deliveryMs: d } = stats;
  const codes = Object.entries(stats.codes).map(([code, count]) => `${code} ${count}`);
  return [
    `    ${who}: ${stats.deliveries} deliveries in ${stats.frames} frames,`,
    `p50 ${d.p50.toFixed(0)} p95 ${d.p95.toFixed(0)} p99 ${d.p99.toFixed(0)} ms, max ${d.max.toFixed(0)} ms`,
    ...codes,
  ].join(" ");
}
