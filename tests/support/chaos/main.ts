/* `npm run chaos -- [NAME…] [--times N] [--clients] [--keep | --add]`: see docs/chaos.md. Ends with 1 when a run did not pass. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT_DIR } from "../../../server/config.ts";
import { describeResult, isPassed, keepResults } from "./chaos-results.ts";
import type { Fault } from "./fault.ts";
import { runFaults } from "./run-faults.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
    add: { type: "boolean", default: false },
    clients: { type: "boolean", default: false },
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
const chosen =
  positionals.length === 0 ? faults : positionals.map((name) => faults.find((one) => one.name === name)!);
const results = await runFaults(chosen, {
  times: Number(values.times),
  withBrowsers: !values.clients,
  say: (text) => console.log(text),
  onResult: (result) => {
    if (values.keep || values.add) keepResults([result], { isAdded: values.add });
  },
});
console.log(`\nmin / median / max\n\n${results.map(describeResult).join("\n\n")}`);
process.exit(results.every(({ runs }) => runs.every(isPassed)) ? 0 : 1);

/** Every `tests/chaos/**\/<name>.fault.ts`, in the order of names. */
async function readFaults(): Promise<Fault[]> {
  const files = globSync("tests/chaos/**/*.fault.ts", { cwd: ROOT_DIR }).sort();
  return Promise.all(
    files.map(async (file) => ((await import(join(ROOT_DIR, file))) as { default: Fault }).default),
  );
}
