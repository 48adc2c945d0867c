/*
 * A full hall where now and then somebody says something: 1,000 sockets, one message a second, the product (committed
 * to its PostgreSQL first) next to bare `ws` (kept nowhere). Server and PostgreSQL on one core, the load on the other.
 */
import { createFair } from "../support/factories.ts";
import { startBareWs } from "../support/load/bare-ws.ts";
import { startServerProcess, untilStill, waitForAllDelivered } from "../support/load/server-process.ts";
import { type SocketGroup, SocketLoad } from "../support/load/socket-load.ts";
import { defineBench, type Sample } from "./harness/define-bench.ts";
import { LOAD_CORE, SERVER_CORE } from "./harness/spawn-pinned.ts";

const WARM_UP = 5;

export default defineBench({
  name: "chat-quiet",
  title: "Chat: 1,000 sockets, one message a second",
  async run(bench) {
    const [sockets, count] = bench.quick ? [100, 5] : [1_000, 25];
    const product = await startServerProcess({ core: SERVER_CORE });
    const bare = await startBareWs({ core: SERVER_CORE });
    const load = await SocketLoad.start({ core: LOAD_CORE });
    const { stage } = await createFair(product.db);
    const chat = { kind: "stage", stageId: stage.id } as const;
    // Both audiences stay open throughout: their pings are the same, and only one is written to at a time.
    const groups = {
      product: await load.open({ url: product.url, sockets, chat }),
      bare: await load.open({ url: bare.url, sockets, chat, cookies: [] }),
    };

    async function measure(
      who: string,
      group: SocketGroup,
      { cpu, settle }: { cpu: () => number; settle: (group: SocketGroup) => Promise<void> },
    ): Promise<Sample> {
      await group.send({ perSecond: 1, count: WARM_UP });
      await settle(group);
      await group.stats({ reset: true });
      const [cpuBefore, loadBefore] = [cpu(), await load.cpuSeconds()];
      await group.send({ perSecond: 1, count });
      await settle(group);
      const { deliveryMs: d, answerMs, joined } = await group.stats();
      bench.say(
        `    ${who}: p50 ${d.p50.toFixed(1)} p95 ${d.p95.toFixed(1)} p99 ${d.p99.toFixed(1)} max ${d.max.toFixed(1)} ms, acknowledged p50 ${answerMs.p50.toFixed(1)} ms, ${joined} sockets`,
      );
      const loadCpu = (await load.cpuSeconds()) - loadBefore;
      return { value: d.p99, serverCpu: cpu() - cpuBefore, loadCpu };
    }

    try {
      await bench.compare({
        what: `p99 from writing to the notice at each of ${sockets} sockets`,
        unit: "ms",
        floor: 1.5,
        ambition: 1.15,
        peerName: "bare ws",
        ours: () =>
          measure("product", groups.product, { cpu: product.serverCpu, settle: waitForAllDelivered }),
        peer: () => measure("bare ws", groups.bare, { cpu: bare.serverCpu, settle: untilStill }),
      });
    } finally {
      await load.close();
      await bare.close();
      await product.close();
    }
  },
});
