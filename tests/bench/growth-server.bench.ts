/*
 * What the server does at 1,000 viewers next to 50: statements that PostgreSQL counts (pg_stat_statements) while
 * nothing changes and while people chat, and what the others are sent when one more comes. A viewer here is the socket
 * of a stage's page: it watches the stage, is counted, and has its chat open.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createFair } from "../support/factories.ts";
import {
  type ServerProcess,
  startServerProcess,
  waitForAllDelivered,
} from "../support/load/server-process.ts";
import { type SocketGroup, SocketLoad } from "../support/load/socket-load.ts";
import { defineBench } from "./harness/define-bench.ts";
import { LOAD_CORE, SERVER_CORE } from "./harness/spawn-pinned.ts";

const MESSAGES_PER_SECOND = 5;
/** Below so many statements a second there is nothing that could grow; two such rates are equal. */
const LEAST_PER_SECOND = 0.5;
/** The count of viewers goes to the audience by the clock (AUDIENCE_INTERVAL_MS of viewer-count.ts). */
const COUNT_INTERVAL_SECONDS = 20;

interface Rates {
  still: number;
  talking: number;
  told: number;
}

export default defineBench({
  name: "growth-server",
  title: "Growth: what 1,000 viewers cost the server next to 50",
  async run(bench) {
    const [few, many, seconds] = bench.quick ? [10, 50, 3] : [50, 1_000, 15];
    const load = await SocketLoad.start({ core: LOAD_CORE });
    try {
      const small = await measure(few);
      const large = await measure(many);
      const compare = (what: string, key: "still" | "talking") =>
        bench.record({
          what: `database statements a second, ${what}, ${many} viewers next to ${few}`,
          unit: "/s",
          value: Math.max(large[key], LEAST_PER_SECOND) / Math.max(small[key], LEAST_PER_SECOND),
          floor: 1.1,
          ambition: 1,
          ours: large[key],
          peer: small[key],
          peerName: `${few} viewers`,
          pairs: [[large[key], small[key]]],
        });
      compare("nothing changes", "still");
      compare(`${MESSAGES_PER_SECOND} messages a second`, "talking");
      bench.record({
        what: `notices to all ${many} others when one joins`,
        unit: "",
        value: large.told,
        floor: 0,
        ambition: 0,
        notes: [
          `the number of viewers goes to the audience by the clock, at most every ${COUNT_INTERVAL_SECONDS} s`,
        ],
      });
    } finally {
      await load.close();
    }

    async function measure(viewers: number): Promise<Rates> {
      const product = await startServerProcess({ core: SERVER_CORE, isCounting: true });
      try {
        const { stage } = await createFair(product.db);
        const options = {
          url: product.url,
          chat: { kind: "stage", stageId: stage.id } as const,
          watch: { stageId: stage.id, isCounted: true },
        };
        const audience = await load.open({ ...options, sockets: viewers });
        await sleep(bench.quick ? 1_000 : 5_000);
        const still = await statementsPerSecond(product, () => sleep(seconds * 1_000));
        const talking = await statementsPerSecond(product, async () => {
          await audience.send({ perSecond: MESSAGES_PER_SECOND, count: MESSAGES_PER_SECOND * seconds });
          await waitForAllDelivered(audience);
        });
        const told = await toldWhenOneJoins(audience, () => load.open({ ...options, sockets: 1 }));
        bench.say(
          `    ${viewers} viewers: ${still.toFixed(2)} statements a second, talking ${talking.toFixed(2)}; ${told} notices when one joined`,
        );
        await audience.close();
        return { still, talking, told };
      } finally {
        await product.close();
      }
    }

    async function toldWhenOneJoins(
      audience: SocketGroup,
      join: () => Promise<SocketGroup>,
    ): Promise<number> {
      // Until the count of those who came first has gone out.
      if (!bench.quick) await sleep(COUNT_INTERVAL_SECONDS * 1_000);
      await audience.stats({ reset: true });
      await join();
      await sleep(2_000);
      const { notices, deliveries } = await audience.stats();
      return Object.values(notices).reduce((sum, one) => sum + one, 0) + deliveries;
    }
  },
});

async function statementsPerSecond(product: ServerProcess, during: () => Promise<unknown>): Promise<number> {
  const [before, startedAt] = [await product.statements(), performance.now()];
  await during();
  return ((await product.statements()) - before) / ((performance.now() - startedAt) / 1_000);
}
