/*
 * `npm run bench [-- NAME… [--quick] [--busy]]`: runs the named benches, or all, one after the other, prints one
 * table and keeps the figures in docs/performance.json and docs/performance.md.
 */
import { readdirSync } from "node:fs";
import { type BenchDefinition, openBench } from "./harness/define-bench.ts";
import type { Figure } from "./harness/figure.ts";
import { keepFigures, toText } from "./harness/figures-file.ts";
import { BusyMachineError, requireQuiet } from "./harness/machine.ts";

const ENDING = ".bench.ts";
/** Only when named: they take an hour or more. */
const LONG = new Set(["programme-hour"]);

const args = process.argv.slice(2);
const isQuick = args.includes("--quick");
const mayBeBusy = args.includes("--busy") || isQuick;
const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length))
  .sort();
const named = args.filter((arg) => !arg.startsWith("--"));
const unknown = named.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
  process.exit(2);
}

const figures: Figure[] = [];
let isEveryOneDone = true;
for (const name of named.length > 0 ? named : known.filter((one) => !LONG.has(one))) {
  try {
    figures.push(...(await runBench(name)));
  } catch (error) {
    isEveryOneDone = false;
    console.error(`✗ ${name}:`, error instanceof BusyMachineError ? error.message : error);
  }
}
console.log(`\n${toText(figures)}`);
process.exit(isEveryOneDone ? 0 : 1);

async function runBench(name: string): Promise<Figure[]> {
  const { default: definition } = (await import(`./${name}${ENDING}`)) as { default: BenchDefinition };
  let isBusy = false;
  await requireQuiet().catch((error: unknown) => {
    if (!mayBeBusy) throw error;
    isBusy = true;
  });
  console.log(`\n${definition.title} (${name})${isBusy ? ", on a busy machine" : ""}`);
  const own: Figure[] = [];
  const bench = openBench({
    name,
    isQuick,
    isBusy,
    onFigure: (figure) => own.push(figure),
    say: (text) => console.log(text),
  });
  await definition.run(bench);
  if (!isQuick) keepFigures(own);
  return own;
}
