/* `npm run chaos -- [NAME…] [--times N] [--clients] [--keep | --add] [--seconds S]`: see docs/chaos.md. Ends with 1 when a run did not pass. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT_DIR } from "../../../server/config.ts";
import {
  describeResult,
  type FaultResult,
  isPassed,
  joinResults,
  keepResults,
  loadOf,
  readResults,
} from "./chaos-results.ts";
import { checkLoadClient } from "./check-load-client.ts";
import type { Fault } from "./fault.ts";
import { interruptedExitCode, listenForInterruption } from "./interruption.ts";
import { NO_LOAD, runFaults, type Turn } from "./run-faults.ts";

/** Runs of one fault before another has its turn. */
const ADDED_AT_ONCE = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
    add: { type: "boolean", default: false },
    clients: { type: "boolean", default: false },
    seconds: { type: "string" },
  },
});
const faults = await readFaults();
const unknown = positionals.filter((name) => !faults.some((fault) => fault.name === name));
if (unknown.length > 0) {
  console.error(
    `no fault ${unknown.join(", ")}; there are:\n${faults.map(({ name, title }) => `  ${name}: ${title}`).join("\n")}`,
  );
  process.exit(2);
}
const isChosen = ({ name, ground }: Fault) =>
  positionals.length === 0 ? !(ground && values.clients) : positionals.includes(name);
const chosen = faults.filter(isChosen);
const wanted = Number(values.times);
const untilMs = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds) * 1000;
const runs: FaultResult[] = [];
const options = {
  withBrowsers: !values.clients,
  untilMs,
  say: (text: string) => console.log(text),
  onRun: (run: FaultResult) => {
    // The first run of a fault takes the place of what is kept of it, unless runs are added.
    const isFirst = !runs.some(({ name }) => name === run.name);
    runs.push(run);
    if (values.keep || values.add) keepResults([run], { isAdded: values.add || !isFirst });
  },
};
listenForInterruption();
await checkLoadClient();
await runFaults(values.add ? missing() : chosen.map((fault) => ({ fault, times: wanted })), options);
console.log(`\nmin / median / max\n\n${joinResults(runs).map(describeResult).join("\n\n")}`);
process.exit(interruptedExitCode() ?? (runs.every(({ runs: [run] }) => isPassed(run!)) ? 0 : 1));

/**
 * The chosen faults of which fewer than `--times` runs are kept, some runs at a time, those with the fewest first and of
 * these such as share the load that stands. A fault whose load cannot be made has one try.
 */
function* missing(): Generator<Turn> {
  let last: Fault | null = null;
  for (;;) {
    const kept = readResults();
    const countOf = (fault: Fault) =>
      kept.find(({ name, load }) => name === fault.name && load === loadOf(fault, !values.clients))?.runs
        .length ?? 0;
    const roundOf = (fault: Fault) => Math.floor(countOf(fault) / ADDED_AT_ONCE);
    const needsNewLoad = (fault: Fault) => (last !== null && last.ground === fault.ground ? 0 : 1);
    const isUnable = (fault: Fault) =>
      runs.some(({ name, runs: [run] }) => name === fault.name && run?.faults[0]?.startsWith(NO_LOAD));
    const [next] = chosen
      .filter((fault) => countOf(fault) < wanted && !isUnable(fault))
      .sort(
        (one, other) =>
          roundOf(one) - roundOf(other) ||
          needsNewLoad(one) - needsNewLoad(other) ||
          countOf(one) - countOf(other),
      );
    if (!next || performance.now() > untilMs) return;
    last = next;
    yield { fault: next, times: Math.min(ADDED_AT_ONCE, wanted - countOf(next)) };
  }
}

/** Every `tests/chaos/**\/<name>.fault.ts`, in the order of names. */
async function readFaults(): Promise<Fault[]> {
  const files = globSync("tests/chaos/**/*.fault.ts", { cwd: ROOT_DIR }).sort();
  return Promise.all(
    files.map(async (file) => ((await import(join(ROOT_DIR, file))) as { default: Fault }).default),
  );
}
