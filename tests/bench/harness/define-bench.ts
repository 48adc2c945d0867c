import type { Figure } from "./figure.ts";
import { median } from "./statistics.ts";

/** One measurement. */
export interface Sample {
  value: number;
  /** CPU seconds of the load generator and of the server while it was taken. */
  loadCpu?: number;
  serverCpu?: number;
  notes?: string[];
}

interface Asked {
  what: string;
  unit: string;
  /** `null`: nothing is asked for, the figure is only told. */
  floor: number | null;
  ambition: number | null;
}

export interface Comparison extends Asked {
  peerName: string;
  ours: () => Promise<Sample>;
  peer: () => Promise<Sample>;
  /** At least 3. */
  pairs?: number;
}

export interface Bench {
  /** Tiny settings, to try the script itself: one pair, nothing is kept. */
  readonly quick: boolean;
  /** Measures both in turn and records the median of the pairs' ratios, ours / peer. */
  compare(comparison: Comparison): Promise<Figure>;
  /** Records a figure that has no peer, or whose ratio the bench made itself (`pairs`). */
  record(figure: Asked & Sample & Partial<Pick<Figure, "ours" | "peer" | "peerName" | "pairs">>): Figure;
  say(text: string): void;
}

export interface BenchDefinition {
  /** As `npm run bench -- NAME` takes it; the file's own name. */
  name: string;
  title: string;
  run(bench: Bench): Promise<void>;
}

export function defineBench(definition: BenchDefinition): BenchDefinition {
  return definition;
}

export interface BenchRunOptions {
  name: string;
  isQuick: boolean;
  isBusy: boolean;
  onFigure(figure: Figure): void;
  say(text: string): void;
}

/** What a bench measures and tells with. */
export function openBench({ name, isQuick, isBusy, onFigure, say }: BenchRunOptions): Bench {
  const record: Bench["record"] = ({ notes = [], ...rest }) => {
    const figure = { bench: name, ...rest, notes, isBusy, measuredAt: new Date().toISOString() };
    onFigure(figure);
    return figure;
  };
  return {
    quick: isQuick,
    say,
    record,
    async compare({ ours, peer, pairs: count = 3, ...asked }) {
      const pairs: [number, number][] = [];
      let last: Sample = { value: Number.NaN };
      const notes = new Set<string>();
      for (let round = 0; round < (isQuick ? 1 : Math.max(3, count)); round += 1) {
        const mine = await ours();
        const theirs = await peer();
        for (const note of [...(mine.notes ?? []), ...(theirs.notes ?? [])]) notes.add(note);
        pairs.push([mine.value, theirs.value]);
        last = mine;
        say(`  ${asked.what}: ${round + 1}. ${format(mine.value)} / ${format(theirs.value)} ${asked.unit}`);
      }
      return record({
        ...asked,
        value: median(pairs.map(([a, b]) => a / b)),
        ours: median(pairs.map(([a]) => a)),
        peer: median(pairs.map(([, b]) => b)),
        pairs,
        ...(last.loadCpu === undefined ? {} : { loadCpu: last.loadCpu }),
        ...(last.serverCpu === undefined ? {} : { serverCpu: last.serverCpu }),
        notes: [...notes],
      });
    },
  };
}

/** Three significant digits, without an exponent. */
export function format(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toPrecision(3).replace(/e[+-]\d+$/, "");
}
