/*
 * The figures that were measured, kept in docs/performance.json (one entry a bench and `what`), and the table that
 * docs/performance.md shows of them between its two marks.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { format } from "./define-bench.ts";
import { type Figure, judge, type Verdict } from "./figure.ts";

const FIGURES = new URL("../../../docs/performance.json", import.meta.url);
const PAGE = new URL("../../../docs/performance.md", import.meta.url);
const MARKS = ["<!-- figures -->", "<!-- end of figures -->"] as const;
const words: Record<Verdict, string> = {
  ambition: "ambition reached",
  floor: "floor reached",
  missed: "**missed**",
  told: "–",
};

export function readFigures(): Figure[] {
  return existsSync(FIGURES) ? (JSON.parse(readFileSync(FIGURES, "utf8")) as Figure[]) : [];
}

/** Puts new figures in the place of the same benches' earlier ones. Biome's own formatting of JSON is kept. */
export function keepFigures(fresh: readonly Figure[]): void {
  const renewed = new Set(fresh.map((one) => one.bench));
  const all = [...readFigures().filter((one) => !renewed.has(one.bench)), ...fresh];
  all.sort((a, b) => a.bench.localeCompare(b.bench));
  writeFileSync(FIGURES, `${JSON.stringify(all)}\n`);
  if (!existsSync(PAGE)) return;
  const page = readFileSync(PAGE, "utf8");
  const [from, to] = MARKS.map((mark) => page.indexOf(mark));
  if (from === -1 || to === -1) return;
  const table = `${MARKS[0]}\n\n${toMarkdown(all)}\n\n`;
  writeFileSync(PAGE, page.slice(0, from) + table + page.slice(to));
}

function toMarkdown(figures: readonly Figure[]): string {
  const head = [
    "bench",
    "what",
    "ours",
    "peer",
    "figure",
    "asked → hoped for",
    "reached",
    "pairs (ours / peer)",
    "measured",
  ];
  const rows = figures.map((one) => [
    `\`${one.bench}\``,
    [one.what, ...one.notes].join("; "),
    one.ours === undefined ? "" : `${format(one.ours)} ${one.unit}`,
    one.peer === undefined
      ? ""
      : `${format(one.peer)} ${one.unit}${one.peerName ? ` (${one.peerName})` : ""}`,
    one.peer === undefined ? `${format(one.value)} ${one.unit}` : `**${format(one.value)}**`,
    one.floor === null ? "–" : `≤ ${one.floor}${one.ambition === null ? "" : ` → ${one.ambition}`}`,
    words[judge(one)],
    (one.pairs ?? []).map(([a, b]) => `${format(a)} / ${format(b)}`).join(", "),
    `${one.measuredAt.slice(0, 10)}${one.isBusy ? " (busy machine)" : ""}`,
  ]);
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** For the terminal. */
export function toText(figures: readonly Figure[]): string {
  const lines = figures.map((one) => {
    const asked =
      one.floor === null
        ? ""
        : `  (asked ≤ ${one.floor}, hoped for ${one.ambition ?? "–"}: ${words[judge(one)]})`;
    const sides =
      one.peer === undefined
        ? ""
        : `  ${format(one.ours ?? Number.NaN)} / ${format(one.peer)} ${one.unit} (${one.peerName})`;
    const cost =
      one.loadCpu === undefined || one.serverCpu === undefined
        ? ""
        : `  load ${format(one.loadCpu)} s of CPU for the server's ${format(one.serverCpu)} s`;
    const value = one.peer === undefined ? `${format(one.value)} ${one.unit}` : format(one.value);
    return [
      `${one.bench.padEnd(16)} ${one.what}: ${value}${asked}${sides}${cost}`,
      ...one.notes.map((note) => `${" ".repeat(17)}${note}`),
    ].join("\n");
  });
  return lines.join("\n");
}
