/*
 * Runs faults one after the other: each so many times on one standing load, which is looked at until all is calm before
 * each run, its figures held against its bounds, and the truth compared after each run.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type FaultResult, isPassed, loadOf, type Run } from "./chaos-results.ts";
import { breaches, type Fault, type Figures, type Ground, show } from "./fault.ts";
import { interruption, untilInterrupted } from "./interruption.ts";
import { createLoadWithoutBrowsers, createStandingLoad, type StandingLoad } from "./standing-load.ts";
import { untilCalm } from "./until-calm.ts";

const LIMIT_MS = 120_000;

/** What a run says whose load could not be made. */
export const NO_LOAD = "the load does not stand";

export interface Turn {
  fault: Fault;
  times: number;
}

export interface RunOptions {
  /** The usual load with Chromium in it. Faults with a ground of their own have what that has. */
  withBrowsers: boolean;
  say: (text: string) => void;
  /** No new run begins after so long, ms since `performance.timeOrigin`. */
  untilMs?: number;
  /** Called after each run with its result alone, so that what was measured is not lost when a later one breaks. */
  onRun?: (result: FaultResult) => void;
}

/** Until all are run or `interruption` comes; a run that was interrupted is none. The load is ended in any case. */
export async function runFaults(turns: Iterable<Turn>, options: RunOptions): Promise<void> {
  const standing = new Standing(options.withBrowsers ? createStandingLoad : createLoadWithoutBrowsers);
  try {
    for (const turn of turns) {
      if (interruption.aborted) break;
      await repeat(turn, standing, options);
    }
  } finally {
    await standing.end();
  }
}

async function repeat(
  { fault, times }: Turn,
  standing: Standing,
  { say, withBrowsers, onRun = () => {}, untilMs = Number.POSITIVE_INFINITY }: RunOptions,
): Promise<void> {
  const { name, title, bounds } = fault;
  const keep = ({ compared, figures, faults }: Outcome) =>
    onRun({
      name,
      title,
      load: loadOf(fault, withBrowsers),
      bounds,
      runs: [{ figures, faults }],
      compared,
      measuredAt: new Date().toISOString(),
    });
  say(`\n${name}: ${title}`);
  for (let n = 1; n <= times && performance.now() < untilMs && !interruption.aborted; n++) {
    const load = await standing.of(fault, say).catch((error: Error) => error);
    if (interruption.aborted) return;
    if (load instanceof Error) {
      const sentence = `${NO_LOAD}: ${load.message}`;
      say(`  ${n}. ${sentence}`);
      keep({ figures: {}, faults: [sentence], compared: NOTHING, isBroken: true });
      return;
    }
    const beganMs = performance.now();
    const run = await unlessInterrupted(runOnce(fault, load));
    if (run === null) return;
    keep(run);
    const figures = Object.entries(run.figures).flatMap(([figure, value]) =>
      Number.isNaN(value) ? [] : [`${figure} ${show(value, bounds[figure]?.unit ?? "")}`],
    );
    const took = `${((performance.now() - beganMs) / 1000).toFixed(0)} s`;
    say(`  ${n}. ${isPassed(run) ? "passed" : "FAILED"} in ${took}  ${figures.join(", ")}`);
    for (const sentence of run.faults) say(`     ${sentence}`);
    if (run.isBroken) await standing.end();
  }
}

/** `null` when the interruption came first; what still goes on then ends with the load and this process. */
async function unlessInterrupted<Value>(work: Promise<Value>): Promise<Value | null> {
  const { over, stop } = untilInterrupted();
  try {
    return await Promise.race([work, over.then(() => null)]);
  } finally {
    stop();
    work.catch(() => {});
  }
}

interface Outcome extends Run {
  compared: FaultResult["compared"];
  /** The product did not become well; the next run needs another. */
  isBroken: boolean;
}
const NOTHING: FaultResult["compared"] = { notes: 0, messages: 0 };

async function runOnce(fault: Fault, load: StandingLoad): Promise<Outcome> {
  const faults: string[] = [];
  let figures: Figures = {};
  try {
    await untilCalm(load);
    figures = await withLimit(fault.strike(load), fault.limitMs ?? LIMIT_MS);
    faults.push(...breaches(fault, figures, { lacks: load.lacks }));
    await load.untilWell();
    const { notes, messages, wrong, count } = await load.checkTruth();
    faults.push(...wrong.map((sentence) => `truth: ${sentence}`));
    if (count > wrong.length) faults.push(`truth: ${count} findings in all`);
    return { figures, faults, compared: { notes, messages }, isBroken: false };
  } catch (error) {
    return { figures, faults: [...faults, (error as Error).message], compared: NOTHING, isBroken: true };
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
