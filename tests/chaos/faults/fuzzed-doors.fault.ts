import { residentBytes } from "../../bench/harness/cpu.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { type FuzzTally, fuzzHttp, fuzzRequests } from "../../support/chaos/fuzz-doors.ts";
import { createFuzzGround, type FuzzGround } from "../../support/chaos/fuzz-ground.ts";
import type { StandingLoad } from "../../support/chaos/standing-load.ts";
import { requirePid } from "../../support/product-processes.ts";

/** Twenty runs make 10,000 payloads for each request and door. */
const PER_DOOR = 500;
const grounds = new WeakMap<StandingLoad, Promise<FuzzGround>>();

export default defineFault({
  name: "fuzzed-doors",
  title: `${PER_DOOR} fuzzed payloads for each request and HTTP door of the contract`,
  limitMs: 400_000,
  bounds: {
    asked: { what: "payloads sent", unit: "" },
    accepted: { what: "payloads answered with a result", unit: "%" },
    wrong: { what: "answers without a code, or that were not foreseen", unit: "", atMost: 0 },
    othersP95: { what: "chat delivery to the others, p95", unit: "ms", atMost: 150 },
    othersRefused: { what: "chat refusals of others", unit: "", atMost: 0 },
    processesLive: { what: "server and media node stayed", unit: "", atLeast: 1 },
    growth: { what: "server's memory grown by", unit: "MB", atMost: 100 },
    webrtcPicture: { what: "picture away, page by WebRTC", unit: "s", atMost: 1.5 },
    pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
  },
  async strike(load) {
    const pidsOf = () => (["server", "media node"] as const).map((name) => requirePid(load.product, name));
    const ground = grounds.get(load) ?? createFuzzGround(load);
    grounds.set(load, ground);
    const known = await ground;
    const pids = pidsOf();
    const before = residentBytes(pids[0]!);
    const since = await load.begin();
    const seed = Math.floor(Math.random() * 2 ** 31);
    const tallies = [await fuzzRequests(known, PER_DOOR, seed), await fuzzHttp(known, PER_DOOR, seed)];
    const run = await load.read(since);
    for (const sentence of tallies.flatMap(({ wrong }) => wrong))
      console.log(`     (seed ${seed}) ${sentence}`);
    const asked = tallies.reduce((sum, tally) => sum + tally.asked, 0);
    return {
      asked,
      accepted: (100 * tallies.reduce((sum, { codes }) => sum + (codes.ok ?? 0), 0)) / asked,
      wrong: tallies.reduce((sum, tally) => sum + countWrong(tally), 0),
      othersP95: run.chatP95Ms,
      othersRefused: run.chatRefusals,
      processesLive: pids.join() === pidsOf().join() ? 1 : 0,
      growth: (residentBytes(pids[0]!) - before) / 1e6,
      webrtcPicture: run.pageWebrtcS,
      pageErrors: run.pageErrors,
    };
  },
});

function countWrong({ codes }: FuzzTally): number {
  const wrong = Object.entries(codes).filter(([code]) =>
    /^(?:unanswered|uncoded|internal|5\d\d )/.test(code),
  );
  return wrong.reduce((sum, [, count]) => sum + count, 0);
}
