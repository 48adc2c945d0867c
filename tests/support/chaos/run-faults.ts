/*
 * Runs faults one after the other: each so many times on one standing load, with a rest until all is well between the
 * runs, its figures held against its bounds, and the truth compared after each run.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type FaultResult, isPassed, type Run } from "./chaos-results.ts";
import { breaches, type Fault, type Figures, type Ground, show } from "./fault.ts";
import { createLoadWithoutBrowsers, createStandingLoad, type StandingLoad } from "./standing-load.ts";

const LIMIT_MS = 120_000;
/** Between two runs: what the last one left behind has settled, and a whole segment is on disk. */
const REST_MS = 2_500;

export interface RunOptions {
  times: number;
  /** The usual load with Chromium in it. Faults with a ground of their own have what that has. */
  withBrowsers: boolean;
  say: (text: string) => void;
  /** No new run begins after so long, ms since `performance.timeOrigin`. */
  untilMs?: number;
  /** Called after each fault, so that what was measured is not lost when a later one breaks. */
  onResult?: (result: FaultResult) => void;
}

export async function runFaults(faults: Iterable<Fault>, options: RunOptions): Promise<FaultResult[]> {
  const results: FaultResult[] = [];
  const standing = new Standing(options.withBrowsers ? createStandingLoad : createLoadWithoutBrowsers);
  try {
    for (const fault of faults) {
      const result = await repeat(fault, standing, options);
      if (result.runs.length === 0) continue;
      results.push(result);
      options.onResult?.(result);
    }
  } finally {
    await standing.end();
  }
  return results;
}

async function repeat(
  fault: Fault,
  standing: Standing,
  { times, say, withBrowsers, untilMs = Number.POSITIVE_INFINITY }: RunOptions,
): Promise<FaultResult> {
  const { name, title, bounds } = fault;
  const compared = { notes: 0, messages: 0 };
  const runs: Run[] = [];
  say(`\n${name}: ${title}`);
  for (let n = 1; n <= times && performance.now() < untilMs; n++) {
    const load = await standing.of(fault, say).catch((error: Error) => error);
    if (load instanceof Error) {
      say(`  ${n}. the load does not stand: ${load.message}`);
      runs.push({ figures: {}, faults: [`the load does not stand: ${load.message}`] });
      break;
    }
    await sleep(REST_MS);
    const run = await runOnce(fault, load, compared);
    runs.push(run);
    const figures = Object.entries(run.figures).flatMap(([figure, value]) =>
      Number.isNaN(value) ? [] : [`${figure} ${show(value, bounds[figure]?.unit ?? "")}`],
    );
    say(`  ${n}. ${isPassed(run) ? "passed" : "FAILED"}  ${figures.join(", ")}`);
    for (const sentence of run.faults) say(`     ${sentence}`);
    if (run.isBroken) await standing.end();
  }
  const load = fault.ground || withBrowsers ? "browsers" : "clients";
  const plain = runs.map(({ figures, faults }) => ({ figures, faults }));
  return { name, title, load, bounds, runs: plain, compared, measuredAt: new Date().toISOString() };
}

/** `isBroken`: the product did not become well; the next run needs another. */
async function runOnce(
  fault: Fault,
  load: StandingLoad,
  compared: FaultResult["compared"],
): Promise<Run & { isBroken: boolean }> {
  const faults: string[] = [];
  let figures: Figures = {};
  try {
    figures = await withLimit(fault.strike(load), fault.limitMs ?? LIMIT_MS);
    faults.push(...breaches(fault, figures));
    await load.untilWell();
    const verdict = await load.checkTruth();
    compared.notes += verdict.notes;
    compared.messages += verdict.messages;
    faults.push(...verdict.wrong.map((sentence) => `truth: ${sentence}`));
    if (verdict.count > verdict.wrong.length) faults.push(`truth: ${verdict.count} findings in all`);
    return { figures, faults, isBroken: false };
  } catch (error) {
    return { figures, faults: [...faults, (error as Error).message], isBroken: true };
  }
}

async function withLimit<Value>(work: Promise<Value>, limitMs: number): Promise<Value> {
  const over = new AbortController();
  const late = sleep(limitMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`not over after ${limitMs / 1000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    late.catch(() => {});
  }
}

/** The one standing load that there is room for. */
class Standing {
  readonly #usual: Ground;
  #load: StandingLoad | null = null;
  #ground: Ground | null = null;

  constructor(usual: Ground) {
    this.#usual = usual;
  }

  async of(fault: Fault, say: (text: string) => void): Promise<StandingLoad> {
    const ground = fault.ground ?? this.#usual;
    if (this.#load && this.#ground === ground && !fault.needsFreshGround) return this.#load;
    await this.end();
    const since = performance.now();
    this.#load = await ground();
    this.#ground = ground;
    say(`  load stands after ${((performance.now() - since) / 1000).toFixed(0)} s`);
    return this.#load;
  }

  async end(): Promise<void> {
    const load = this.#load;
    this.#load = null;
    await load?.close().catch((error: Error) => console.error(`the load's end: ${error.message}`));
  }
}
