/*
 * Coming and going: 200 sockets enter the stage's page (watch, chat, audience room with its transport) and leave again;
 * 20 such cycles next to the first two. In every sixth cycle half of them go without a farewell, and their places are
 * waited out: never more than 200 are taken, or the last reading would be of a larger audience than the first. Of the
 * whole product through its launcher, with a stage on air: memory after a garbage collection, open descriptors and
 * timers of server and media node, and the media workers' resident memory.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { audienceCapabilities } from "../../client/src/room/audience-capabilities.ts";
import { roomIdOf } from "../../server/contract/rooms.ts";
import { Browser } from "../support/browser.ts";
import { findFreePort } from "../support/free-port.ts";
import { STAGE_PATH } from "../support/live-lecture.ts";
import { countDescriptors, inspectProcess, type ProcessReading } from "../support/load/inspect-process.ts";
import { type SocketGroup, SocketLoad } from "../support/load/socket-load.ts";
import { type Product, startProduct } from "../support/product.ts";
import { listDescendants, requirePid } from "../support/product-processes.ts";
import { waitFor } from "../support/wait-for.ts";
import { residentBytes } from "./harness/cpu.ts";
import { defineBench } from "./harness/define-bench.ts";

/** A lost connection's place is kept for 30 s by a timer of the media node's; then what it had must be gone. */
const FREE_WITHIN_MS = 60_000;
/** Timers of other things come and go. */
const OTHER_TIMERS = 5;
const ROUGH_EVERY = 6;
const [, , event = "", , stage = ""] = STAGE_PATH.split("/");

interface Reading {
  server: ProcessReading;
  node: ProcessReading;
  workers: { residentBytes: number; descriptors: number };
}

export default defineBench({
  name: "leak",
  title: "Leak: 20 cycles of 200 joins and leaves next to 2",
  async run(bench) {
    const [sockets, first, last] = bench.quick ? [20, 2, 4] : [200, 2, 20];
    const metricsPort = await findFreePort();
    const product = await startProduct({ env: { TORILLA_METRICS_PORT: String(metricsPort) } });
    const load = await SocketLoad.start();
    try {
      const host = await new Browser(product.url).open({
        token: product.link(/^Host/).split("#")[1] ?? "",
      });
      const { id: stageId } = await host.call("readStage", { params: { event, stage } });
      const desk = await host.socket();
      await desk.request("stage:openRehearsal", { stageId });
      await desk.request("stage:goLive", { stageId });
      const group = await load.open({
        url: product.url,
        sockets: 0,
        chat: { kind: "stage", stageId },
        watch: { stageId, isCounted: true },
        reconnect: false,
      });
      const openSockets = () => readMetric(metricsPort, "torilla_sockets");
      const readings: Reading[] = [];
      const { timers } = await inspectProcess(requirePid(product, "media node"));
      let joined = 0;
      for (let cycle = 1; cycle <= last; cycle += 1) {
        const isRough = cycle % ROUGH_EVERY === first % ROUGH_EVERY;
        joined += await comeAndGo(group, { sockets, stageId, isRough });
        await waitFor(async () => (await openSockets()) === 1, { what: "the end of all sockets" });
        if (isRough) await untilPlacesAreFree(product, timers + OTHER_TIMERS);
        if (cycle !== first && cycle !== last) continue;
        readings.push(await read(product));
        bench.say(`    after ${cycle} cycles (${joined} stays): ${describe(readings.at(-1)!)}`);
      }
      report(readings as [Reading, Reading]);
      host.close();
    } finally {
      await load.close();
      await product.stop();
    }

    function report([before, after]: [Reading, Reading]): void {
      const asked = { floor: 1.1, ambition: 1.02, peerName: `after ${first} cycles` };
      const record = (what: string, unit: string, of: (reading: Reading) => number) =>
        bench.record({
          ...asked,
          what: `${what} after ${last} cycles of ${sockets} joins and leaves`,
          unit,
          value: of(after) / of(before),
          ours: of(after),
          peer: of(before),
          pairs: [[of(after), of(before)]],
        });
      const mib = 1024 ** 2;
      record("server's memory in use", "MiB", ({ server }) => server.usedBytes / mib);
      record("media node's memory in use", "MiB", ({ node }) => node.usedBytes / mib);
      record("media workers' resident memory", "MiB", ({ workers }) => workers.residentBytes / mib);
      record("descriptors of server, media node and workers", "", ({ server, node, workers }) =>
        [server, node, workers].reduce((sum, one) => sum + one.descriptors, 0),
      );
      record("timers of server and media node", "", ({ server, node }) => server.timers + node.timers);
    }
  },
});

/** @returns how many entered the audience room */
async function comeAndGo(
  group: SocketGroup,
  { sockets, stageId, isRough }: { sockets: number; stageId: string; isRough: boolean },
): Promise<number> {
  const indexes = await group.add(sockets);
  const room = { kind: "audience", stageId } as const;
  const answers = await group.request(indexes, "room:join", {
    room,
    peerKey: "$KEY",
    displayName: null,
    rtpCapabilities: audienceCapabilities,
  });
  const polite = indexes.filter((_, at) => !isRough || at % 2 === 0);
  await group.request(polite, "room:leave", { roomId: roomIdOf(room) });
  await group.close(indexes);
  const joined = answers.filter((answer) => answer?.ok).length;
  if (joined < sockets)
    throw new Error(
      `only ${joined} of ${sockets} entered: ${JSON.stringify(answers.find((one) => !one?.ok))}`,
    );
  return joined;
}

async function untilPlacesAreFree(product: Product, timers: number): Promise<void> {
  const areFree = async () => {
    const now = await inspectProcess(requirePid(product, "media node"));
    if (now.timers <= timers) return true;
    await sleep(1_000);
    return false;
  };
  await waitFor(areFree, {
    timeoutMs: FREE_WITHIN_MS,
    what: "an end of the places that were left without a word",
  });
}

async function read(product: Product): Promise<Reading> {
  const nodePid = requirePid(product, "media node");
  const workers = listDescendants(nodePid).filter(({ command }) => command.includes("mediasoup-worker"));
  return {
    server: await inspectProcess(requirePid(product, "server")),
    node: await inspectProcess(nodePid),
    workers: {
      residentBytes: workers.reduce((sum, { pid }) => sum + residentBytes(pid), 0),
      descriptors: workers.reduce((sum, { pid }) => sum + countDescriptors(pid), 0),
    },
  };
}

async function readMetric(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}

function describe({ server, node, workers }: Reading): string {
  const mib = (bytes: number) => (bytes / 1024 ** 2).toFixed(1);
  const one = (reading: ProcessReading) =>
    `${mib(reading.usedBytes)} MiB in use (${mib(reading.residentBytes)} resident), ${reading.descriptors} descriptors, ${reading.timers} timers`;
  return `server ${one(server)}; media node ${one(node)}; workers ${mib(workers.residentBytes)} MiB`;
}
