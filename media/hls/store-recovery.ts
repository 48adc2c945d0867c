/*
 * What a broadcast's folder holds after whatever happened to its last writer: a torn index line is cut off, lines
 * whose file is gone or too short are dropped, files that no line names are removed, a run left open is ended.
 */
import { join } from "node:path";
import {
  INDEX_FILE,
  type IndexLine,
  type RunEnded,
  type RunStarted,
  readIndexLine,
} from "../../server/contract/segments.ts";
import type { SegmentFiles } from "./segment-files.ts";

export interface RecoveredFolder {
  /** One more than the highest media sequence number ever used here. */
  nextMsn: number;
  /** Number of the next run: `r<number>`. */
  nextRunNumber: number;
  /** The latest instant that the index knows of, ms since the epoch; 0 for a new folder. */
  writtenUntilMs: number;
  /** Length of the index, all of it whole lines. */
  indexBytes: number;
}

/** `r3-v720-41.m4s`, `r3-v720-init.mp4`, `r3-thumb-1700000000000.jpg` */
const fileName = /^r(\d+)-[a-z0-9]+-(\d+|init)\.(m4s|mp4|jpg)$/;

export async function recoverFolder(folder: string, files: SegmentFiles): Promise<RecoveredFolder> {
  await files.makeFolder(folder);
  const names = new Set(await files.list(folder));
  const text = (await files.read(join(folder, INDEX_FILE)))?.toString("utf8") ?? "";
  const written = text.split("\n");
  const lines = await keepTrueLines(folder, files, names, written);
  const runEnds = missingRunEnds(lines);
  lines.push(...runEnds);
  const mended = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  if (mended !== text) await replaceIndex(folder, files, mended);
  await removeOrphans(folder, files, names, lines);
  const next = nextNumbers(names, lines);
  // Viewers may already hold parts of a segment that the writer which died had not begun on disk.
  const nextMsn = next.nextMsn + (runEnds.length > 0 ? 1 : 0);
  return { ...next, nextMsn, writtenUntilMs: lastInstant(lines), indexBytes: Buffer.byteLength(mended) };
}

async function keepTrueLines(
  folder: string,
  files: SegmentFiles,
  names: ReadonlySet<string>,
  written: readonly string[],
): Promise<IndexLine[]> {
  const kept: IndexLine[] = [];
  for (const text of written) {
    const line = readIndexLine(text);
    if (line === null) continue;
    if (line.type === "thumbnail" && !names.has(line.file)) continue;
    if (line.type === "segment") {
      const size = names.has(line.file) ? await files.sizeOf(join(folder, line.file)) : null;
      if (size === null || size < line.bytes) continue;
      if (size > line.bytes) await files.truncate(join(folder, line.file), line.bytes);
    }
    kept.push(line);
  }
  return kept;
}

function missingRunEnds(lines: readonly IndexLine[]): RunEnded[] {
  const open = new Map<string, number>();
  for (const line of lines) {
    if (line.type === "run") open.set(line.run, line.startedAtMs);
    else if (line.type === "runEnd") open.delete(line.run);
    else if (line.type === "segment" && open.has(line.run)) {
      const endedAtMs = line.programDateTimeMs + line.durationSeconds * 1000;
      open.set(line.run, Math.max(open.get(line.run)!, endedAtMs));
    }
  }
  return [...open].map(([run, endedAtMs]) => ({ type: "runEnd", run, endedAtMs }));
}

function lastInstant(lines: readonly IndexLine[]): number {
  return lines.reduce((last, line) => {
    if (line.type === "segment") return Math.max(last, line.programDateTimeMs + line.durationSeconds * 1000);
    if (line.type === "thumbnail") return last;
    return Math.max(last, line.type === "run" ? line.startedAtMs : line.endedAtMs);
  }, 0);
}

async function replaceIndex(folder: string, files: SegmentFiles, text: string): Promise<void> {
  await files.write(join(folder, "index.tmp"), Buffer.from(text));
  await files.rename(join(folder, "index.tmp"), join(folder, INDEX_FILE));
}

async function removeOrphans(
  folder: string,
  files: SegmentFiles,
  names: ReadonlySet<string>,
  lines: readonly IndexLine[],
): Promise<void> {
  const known = new Set(lines.flatMap((line) => ("file" in line ? [line.file] : [])));
  for (const name of names) {
    const isOrphan = (name.endsWith(".m4s") || name.endsWith(".jpg")) && !known.has(name);
    if (isOrphan || name.endsWith(".tmp")) await files.remove(join(folder, name));
  }
}

function nextNumbers(names: ReadonlySet<string>, lines: readonly IndexLine[]) {
  let msn = -1;
  let run = 0;
  for (const name of names) {
    const match = fileName.exec(name);
    if (match === null) continue;
    run = Math.max(run, Number(match[1]));
    if (match[3] === "m4s") msn = Math.max(msn, Number(match[2]));
  }
  for (const line of lines) {
    const runName: RunStarted["run"] | undefined = "run" in line ? line.run : undefined;
    if (runName !== undefined) run = Math.max(run, Number(runName.slice(1)));
    if (line.type === "segment") msn = Math.max(msn, line.msn);
  }
  return { nextMsn: msn + 1, nextRunNumber: run + 1 };
}
