import type { Fit } from "./layout.ts";

/** Of a canvas, in all of its width. */
export interface Rows {
  from: number;
  until: number;
}

/** The least that holds both. */
export function joinRows(one: Rows | null, other: Rows): Rows {
  if (!one) return other;
  return { from: Math.min(one.from, other.from), until: Math.max(one.until, other.until) };
}

/** What to halve of a canvas for these rows: whole fours, since two rows make one and one of colour stands for two. */
export function rowsToHalve(
  { from, until }: Rows,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): Fit {
  const y = from - (from % 4);
  const rows = Math.min(heightPx, Math.ceil(until / 4) * 4) - y;
  return {
    source: { x: 0, y, widthPx, heightPx: rows },
    target: { x: 0, y: y / 2, widthPx: widthPx / 2, heightPx: rows / 2 },
  };
}
