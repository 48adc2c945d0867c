/* What runs of faults measured: kept in docs/chaos.json, and the tables of docs/chaos.md written from it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT_DIR } from "../../../server/config.ts";
import { type Fault, type Figures, show } from "./fault.ts";

export interface Run {
  figures: Figures;
  /** Sentences: figures out of bounds, what the truth keeper found, what did not become well. */
  faults: string[];
}

/** `browsers`: with Chromium among the load; `clients`: the same people without; `own`: what the fault itself asks for. */
export type LoadKind = "browsers" | "clients" | "own";

export function loadOf({ ground }: Fault, withBrowsers: boolean): LoadKind {
  if (ground) return "own";
  return withBrowsers ? "browsers" : "clients";
}

export interface FaultResult {
  name: string;
  title: string;
  load: LoadKind;
  bounds: Fault["bounds"];
  runs: Run[];
  /** Notes and messages that the truth keeper compared. */
  compared: { notes: number; messages: number };
  measuredAt: string;
}

const JSON_FILE = join(ROOT_DIR, "docs/chaos.json");
const PAGE_FILE = join(ROOT_DIR, "docs/chaos.md");
const BEGIN = "<!-- tables: written by `npm run chaos -- --keep` -->";

export interface Spread {
  min: number;
  median: number;
  max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (place: number) => sorted[Math.max(0, Math.min(sorted.length - 1, place))] ?? Number.NaN;
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2;
  return { min: at(0), median, max: at(sorted.length - 1) };
}

export function isPassed(run: Run): boolean {
  return run.faults.length === 0;
}

/** One line a figure: min, median, max and the bound. */
export function describeResult({ name, title, load, bounds, runs }: FaultResult): string {
  const passed = runs.filter(isPassed).length;
  const lines = Object.entries(bounds).map(([figure, { what, unit, atMost, atLeast }]) => {
    const values = valuesOf(runs, figure);
    if (values.length === 0) return `    ${what}: nobody to show it`;
    const { min, median, max } = spreadOf(values);
    const bound = atMost !== undefined ? `≤ ${atMost}` : atLeast !== undefined ? `≥ ${atLeast}` : "told";
    return `    ${what}: ${show(min, unit)} / ${show(median, unit)} / ${show(max, unit)} (${bound})`;
  });
  const faults = runs.flatMap((run, index) => run.faults.map((fault) => `    run ${index + 1}: ${fault}`));
  return [`${name} (${load}): ${title}. ${passed} of ${runs.length} passed`, ...lines, ...faults].join("\n");
}

/**
 * Keeps results and writes the page anew. `isAdded`: the runs join those of the same fault and load, else they take
 * their place.
 */
export function keepResults(fresh: readonly FaultResult[], { isAdded = false } = {}): void {
  const kept = new Map(readResults().map((result) => [keyOf(result), result]));
  for (const result of fresh) {
    const before = isAdded ? kept.get(keyOf(result)) : undefined;
    kept.set(keyOf(result), before ? together(before, result) : result);
  }
  const all = [...kept.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  writeFileSync(JSON_FILE, `${JSON.stringify(all, round, 2)}\n`);
  const page = readFileSync(PAGE_FILE, "utf8");
  const head = page.slice(0, page.indexOf(BEGIN) + BEGIN.length);
  writeFileSync(PAGE_FILE, `${head}\n\n${writeTables(all)}`);
}

/** Runs of the same fault and load joined, in the order of their first. */
export function joinResults(single: readonly FaultResult[]): FaultResult[] {
  const joined = new Map<string, FaultResult>();
  for (const result of single) {
    const before = joined.get(keyOf(result));
    joined.set(keyOf(result), before ? together(before, result) : result);
  }
  return [...joined.values()];
}

const keyOf = ({ name, load }: FaultResult) => `${name} ${load}`;

function together(before: FaultResult, after: FaultResult): FaultResult {
  const compared = {
    notes: before.compared.notes + after.compared.notes,
    messages: before.compared.messages + after.compared.messages,
  };
  return { ...after, compared, runs: [...before.runs, ...after.runs] };
}

export function readResults(): FaultResult[] {
  return existsSync(JSON_FILE) ? JSON.parse(readFileSync(JSON_FILE, "utf8")) : [];
}

const LOADS: Record<LoadKind, string> = {
  browsers: "with browsers",
  clients: "load clients only",
  own: "own ground",
};

function writeTables(all: readonly FaultResult[]): string {
  const overview = [
    "| fault | load | runs | passed | compared by the truth keeper |",
    "| --- | --- | --- | --- | --- |",
    ...all.map(({ name, title, load, runs, compared: { notes, messages } }) => {
      const passed = runs.filter(isPassed).length;
      const truth = `${notes} notes, ${messages} messages`;
      return `| ${title} (\`${name}\`) | ${LOADS[load]} | ${runs.length} | ${passed} | ${truth} |`;
    }),
  ];
  const details = all.flatMap(({ name, title, load, bounds, runs }) => [
    "",
    `### ${title} (\`${name}\`, ${LOADS[load]})`,
    "",
    "| figure | min | median | max | must be |",
    "| --- | --- | --- | --- | --- |",
    ...Object.entries(bounds).flatMap(([figure, { what, unit, atMost, atLeast }]) => {
      const values = valuesOf(runs, figure);
      if (values.length === 0) return [];
      const { min, median, max } = spreadOf(values);
      const bound = atMost !== undefined ? `≤ ${atMost}` : atLeast !== undefined ? `≥ ${atLeast}` : "";
      const shown = [min, median, max].map((value) => show(value, unit).split(" ")[0]);
      return [`| ${unit === "" ? what : `${what}, ${unit}`} | ${shown.join(" | ")} | ${bound} |`];
    }),
    ...listFaults(runs),
  ]);
  return `${[...overview, ...details].join("\n")}\n`;
}

function listFaults(runs: readonly Run[]): string[] {
  const failed = runs.flatMap((run, index) => run.faults.map((fault) => `- run ${index + 1}: ${fault}`));
  return failed.length === 0 ? [] : ["", "Not passed:", "", ...failed];
}

function valuesOf(runs: readonly Run[], figure: string): number[] {
  return runs.map((run) => run.figures[figure]).filter((value) => Number.isFinite(value)) as number[];
}

function round(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1000) / 1000 : value;
}
