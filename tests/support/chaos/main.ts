/* `npm run chaos -- [NAME…] [--times N] [--clients] [--keep | --add] [--seconds S]`: see docs/chaos.md. Ends with 1 when a run did not pass. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT_DIR } from "../../../server/config.ts";
import { describeResult, type FaultResult, isPassed, keepResults, readResults } from "./chaos-results.ts";
import type { Fault } from "./fault.ts";
import { runFaults } from "./run-faults.ts";

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
const results: FaultResult[] = [];
const options = {
  withBrowsers: !values.clients,
  untilMs,
  say: (text: string) => console.log(text),
  onResult: (result: FaultResult) => {
    results.push(result);
    if (values.keep || values.add) keepResults([result], { isAdded: values.add });
  },
};
if (values.add) await runFaults(missing(), { ...options, times: ADDED_AT_ONCE });
else await runFaults(chosen, { ...options, times: wanted });
console.log(`\nmin / median / max\n\n${results.map(describeResult).join("\n\n")}`);
process.exit(results.every(({ runs }) => runs.every(isPassed)) ? 0 : 1);

/** The chosen faults of which fewer than `--times` runs are kept, again and again, those with the fewest first. */
function* missing(): Generator<Fault> {
  for (;;) {
    const load = (fault: Fault) => (values.clients && !fault.ground ? "clients" : "browsers");
    const kept = readResults();
    const countOf = (fault: Fault) =>
      kept.find((result) => result.name === fault.name && result.load === load(fault))?.runs.length ?? 0;
    const [next] = chosen
      .filter((fault) => countOf(fault) < wanted)
      .sort((one, other) => countOf(one) - countOf(other));
    if (!next || performance.now() > untilMs) return;
    yield next;
  }
}

/** Every `tests/chaos/**\/<name>.fault.ts`, in the order of names. */
async function readFaults(): Promise<Fault[]> {
  const files = globSync("tests/chaos/**/*.fault.ts", { cwd: ROOT_DIR }).sort();
  return Promise.all(
    files.map(async (file) => ((await import(join(ROOT_DIR, file))) as { default: Fault }).default),
  );
}
