/*
 * What a fault is to the runner (`npm run chaos`): a module `tests/chaos/**\/<name>.fault.ts` with one `defineFault` as
 * its default export. `strike` does the harm to the standing load, waits until all is well again, undoes what it did
 * and answers what it measured; the runner holds that against `bounds` and asks the truth keeper.
 */
import type { StandingLoad } from "./standing-load.ts";

export type Unit = "s" | "ms" | "%" | "MB" | "";

/** What a measured figure has to keep to. Without `atMost` and `atLeast` it is only told. */
export interface Bound {
  /** For people: what the figure says. */
  what: string;
  unit: Unit;
  atMost?: number;
  atLeast?: number;
  /** Measured where the load has them; every other bounded figure must be measured in each run. */
  at?: Audience;
}

/** Real pages, and unattended screens, which not every load has. */
export type Audience = "pages" | "screens";

/** How a standing load is made. Faults that name the same function share one product. */
export type Ground = () => Promise<StandingLoad>;

export type Figures<Figure extends string = string> = Record<Figure, number>;

export interface Fault<Figure extends string = string> {
  /** Kebab-case, as the file is called. */
  name: string;
  /** One line for the table. */
  title: string;
  bounds: Record<Figure, Bound>;
  /** Where the usual standing load does not serve; default `createStandingLoad`. */
  ground?: Ground;
  /** Each run needs a product of its own. */
  needsFreshGround?: boolean;
  /** Longest time that one run may take, ms (default 120 s). */
  limitMs?: number;
  /**
   * Harm, wait, undo, and answer one number for each of `bounds` (`NaN`: this load has nobody to show it).
   * @throws when it does not become well again
   */
  strike(load: StandingLoad): Promise<Figures<NoInfer<Figure>>>;
}

export function defineFault<Figure extends string>(fault: Fault<Figure>): Fault {
  return fault as Fault;
}

/**
 * The figures out of bounds, as sentences; a bounded one that was not measured is one too, unless the load has nobody to
 * show it.
 */
export function breaches(
  fault: Fault,
  figures: Figures,
  { lacks }: { lacks: ReadonlySet<Audience> },
): string[] {
  return Object.entries(fault.bounds).flatMap(([name, { what, unit, atMost, atLeast, at }]) => {
    const value = figures[name] ?? Number.NaN;
    const isBounded = atMost !== undefined || atLeast !== undefined;
    if (Number.isNaN(value)) return !isBounded || (at && lacks.has(at)) ? [] : [`${what}: not measured`];
    if (atMost !== undefined && value > atMost) return [`${what}: ${show(value, unit)} > ${atMost}`];
    if (atLeast !== undefined && value < atLeast) return [`${what}: ${show(value, unit)} < ${atLeast}`];
    return [];
  });
}

export function show(value: number, unit: Unit): string {
  const digits = unit === "s" ? 2 : Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0;
  return `${value.toFixed(digits)}${unit === "" ? "" : ` ${unit}`}`;
}
