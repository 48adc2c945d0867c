import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Bound, defineFault } from "../../support/chaos/fault.ts";
import { type FuzzTally, fuzzHttp, fuzzRequests } from "../../support/chaos/fuzz-doors.ts";
import { createFuzzGround, type FuzzGround } from "../../support/chaos/fuzz-ground.ts";
import { runBounds, runFigures } from "../../support/chaos/run-figures.ts";
import type { StandingLoad } from "../../support/chaos/standing-load.ts";
import { inspectProcess } from "../../support/load/inspect-process.ts";
import { listDescendants, requirePid } from "../../support/product-processes.ts";

/** Twenty runs make 10,000 payloads for each request and door. */
const PER_DOOR = 500;
/** Code that was never run before is compiled, caches fill. */
const WARM_UP_PER_DOOR = 50;
/** Of the log, on the terminal. */
const LINES_SHOWN = 5;
const UNFORESEEN = /"level":(?:50|60)|unhandled|uncaught/i;
const grounds = new WeakMap<StandingLoad, Promise<FuzzGround>>();

const bounds = {
  asked: { what: "payloads sent", unit: "" },
  accepted: { what: "payloads answered with a result", unit: "%" },
  wrong: { what: "answers without a code, or that were not foreseen", unit: "", atMost: 0 },
  processesLive: { what: "server, media node and its workers stayed", unit: "", atLeast: 1 },
  unforeseen: { what: "errors in the logs of server and media node", unit: "", atMost: 0 },
  growth: { what: "server's memory in use grown by, garbage collected", unit: "MB", atMost: 20 },
  descriptors: { what: "server's files and sockets more than before", unit: "", atMost: 10 },
  ...runBounds({
    chatP95: { atMost: 150 },
    chatRefusals: { atMost: 0 },
    webrtcPicture: { atMost: 1.5 },
    viewersPicture: { atMost: 1 },
    pageErrors: { atMost: 0 },
  }),
} as const satisfies Record<string, Bound>;

export default defineFault({
  name: "fuzzed-doors",
  title: `${PER_DOOR} fuzzed payloads for each request and HTTP door of the contract`,
  limitMs: 400_000,
  bounds,
  async strike(load) {
    const pidsOf = () => [
      ...(["server", "media node"] as const).map((name) => requirePid(load.product, name)),
      ...listWorkers(load),
    ];
    const ground = grounds.get(load) ?? createGround(load);
    grounds.set(load, ground);
    const known = await ground;
    const pids = pidsOf();
    const before = await inspectProcess(pids[0]!);
    const unforeseenBefore = listUnforeseen(load).length;
    const since = await load.begin();
    const seed = Math.floor(Math.random() * 2 ** 31);
    const tallies = [await fuzzRequests(known, PER_DOOR, seed), await fuzzHttp(known, PER_DOOR, seed)];
    const run = await load.read(since);
    const after = await inspectProcess(pids[0]!);
    const unforeseen = listUnforeseen(load).slice(unforeseenBefore);
    for (const line of unforeseen.slice(0, LINES_SHOWN)) console.log(`     ${line.slice(0, 400)}`);
    for (const sentence of tallies.flatMap(({ wrong }) => wrong))
      console.log(`     (seed ${seed}) ${sentence}`);
    const asked = tallies.reduce((sum, tally) => sum + tally.asked, 0);
    return {
      asked,
      accepted: (100 * tallies.reduce((sum, { codes }) => sum + (codes.ok ?? 0), 0)) / asked,
      wrong: tallies.reduce((sum, tally) => sum + countWrong(tally), 0),
      processesLive: pids.join() === pidsOf().join() ? 1 : 0,
      unforeseen: unforeseen.length,
      growth: (after.usedBytes - before.usedBytes) / 1e6,
      descriptors: after.descriptors - before.descriptors,
      ...runFigures(bounds, run),
    };
  },
});

async function createGround(load: StandingLoad): Promise<FuzzGround> {
  const ground = await createFuzzGround(load);
  await fuzzRequests(ground, WARM_UP_PER_DOOR, 1);
  await fuzzHttp(ground, WARM_UP_PER_DOOR, 1);
  return ground;
}

function listWorkers({ product }: StandingLoad): number[] {
  const below = listDescendants(requirePid(product, "media node"));
  return below.filter(({ command }) => command.includes("mediasoup-worker")).map(({ pid }) => pid);
}

/** Lines that say error or fatal (pino's 50 and 60), or what nobody caught. */
function listUnforeseen({ place }: StandingLoad): string[] {
  const logs = ["server", "media-node"].map((name) =>
    readFileSync(join(place.dataDir, `logs/${name}.log`), "utf8"),
  );
  return logs.flatMap((log) => log.split("\n").filter((line) => UNFORESEEN.test(line)));
}

function countWrong({ codes }: FuzzTally): number {
  const wrong = Object.entries(codes).filter(([code]) =>
    /^(?:unanswered|uncoded|internal|5\d\d )/.test(code),
  );
  return wrong.reduce((sum, [, count]) => sum + count, 0);
}
