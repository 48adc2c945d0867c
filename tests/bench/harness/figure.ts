/** One line of the table of figures. Less is better in all of them. */
export interface Figure {
  bench: string;
  what: string;
  /** Of `ours` and `peer` where there is a peer, else of `value`. */
  unit: string;
  /** Median of the pairs' ratios where there is a peer. */
  value: number;
  /** At most this is asked for, and hoped for. */
  floor: number | null;
  ambition: number | null;
  /** Medians. */
  ours?: number;
  peer?: number;
  peerName?: string;
  pairs?: [ours: number, peer: number][];
  /** CPU seconds of the load next to those of what it loads, in the last run. */
  loadCpu?: number;
  serverCpu?: number;
  notes: string[];
  /** Measured although the machine was busy. */
  isBusy: boolean;
  /** ISO date and time. */
  measuredAt: string;
}

export type Verdict = "ambition" | "floor" | "missed" | "told";

/** What a figure reaches; `told` where nothing is asked. */
export function judge({ value, floor, ambition }: Figure): Verdict {
  if (ambition !== null && value <= ambition) return "ambition";
  if (floor === null) return "told";
  return value <= floor ? "floor" : "missed";
}
