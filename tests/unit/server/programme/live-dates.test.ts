import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RenditionName } from "../../../../server/contract/segments.ts";
import { LiveWindow } from "../../../../server/features/programme/live-window.ts";
import { BroadcastIndex } from "../../../../server/platform/hls/broadcast-index.ts";
import { madeUpPart, madeUpRun, PARTS_A_SEGMENT, RENDITIONS } from "../../../support/made-up-programme.ts";
import { type ReadPlaylist, readPlaylist } from "../../../support/playlist-reader.ts";

/** Dates are written in whole milliseconds. */
const ROUNDING_MS = 1.01;
const START_MS = 1_795_000_000_000;
let folder: string;
let window: LiveWindow;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "torilla-dates-"));
  window = openWindow();
});
afterEach(() => {
  window.close();
  rmSync(folder, { recursive: true, force: true });
});

function openWindow(): LiveWindow {
  return LiveWindow.create({
    index: new BroadcastIndex(folder),
    onIndexFailure: (error) => {
      throw error;
    },
  });
}

interface Run {
  name: string;
  firstMsn: number;
  startedAtMs: number;
}

function begin({ name, startedAtMs }: Run): void {
  window.take(madeUpRun(name, startedAtMs).notice, null);
}

/** The run's part number `n`, counted over its segments. */
function tell({ name, firstMsn, startedAtMs }: Run, rendition: RenditionName, n: number): void {
  const at = { msn: firstMsn + Math.floor(n / PARTS_A_SEGMENT), part: n % PARTS_A_SEGMENT };
  const { notice, bytes, isLastOfSegment } = madeUpPart(name, rendition, { ...at, firstMsn, startedAtMs });
  window.take({ ...notice, isLastOfSegment }, bytes);
}

function read(rendition: RenditionName): ReadPlaylist {
  return readPlaylist(window.playlist(rendition, { reach: "whole", isDelta: false })!.plain.toString());
}

/** By how much a player's date goes back between two segments, ms; 0: nowhere. */
function stepBackMs(list: ReadPlaylist): number {
  let endMs = Number.NEGATIVE_INFINITY;
  let mostMs = 0;
  for (const { dateMs, duration } of list.segments) {
    const startMs = dateMs ?? endMs;
    mostMs = Math.max(mostMs, endMs - startMs);
    endMs = startMs + duration * 1000;
  }
  return mostMs > ROUNDING_MS ? mostMs : 0;
}

describe("dates of a live playlist", () => {
  it("do not go back where a lost segment stands between runs of which the sound ended earlier", async () => {
    const first = { name: "r1", firstMsn: 0, startedAtMs: START_MS };
    begin(first);
    // The node dies when the pictures' segment is whole and the sound's lacks its last part.
    for (let n = 0; n < 12; n++)
      for (const name of RENDITIONS) if (name !== "aud" || n < 11) tell(first, name, n);
    const second = { name: "r2", firstMsn: 3, startedAtMs: START_MS + 4_000 + 1_427 };
    begin(second);
    for (const name of ["aud", "v720", "v360"] as const) for (let n = 0; n < 7; n++) tell(second, name, n);
    await window.whenLoaded();
    for (const name of RENDITIONS) expect(stepBackMs(read(name)), name).toBe(0);
    expect(read("v720").segments.map(({ isGap }) => isGap)).toEqual([false, false, true, false]);
  });

  it("do not go back where a segment whose beginning was missed is lost with its mixer", async () => {
    const first = { name: "r1", firstMsn: 0, startedAtMs: START_MS };
    begin(first);
    for (let n = 0; n < 9; n++) if (n !== 6) for (const name of RENDITIONS) tell(first, name, n);
    window.take({ type: "runEnd", run: "r1", endedAtMs: START_MS + 3_000 }, null);
    const second = { name: "r2", firstMsn: 2, startedAtMs: START_MS + 3_400 };
    begin(second);
    for (const name of RENDITIONS) for (let n = 0; n < 7; n++) tell(second, name, n);
    await window.whenLoaded();
    for (const name of RENDITIONS) expect(stepBackMs(read(name)), name).toBe(0);
  });

  const life = fc.record({
    /** Parts of each rendition until the mixer dies. */
    parts: fc.tuple(...RENDITIONS.map(() => fc.integer({ min: 1, max: 20 }))),
    /** Of every rendition, missed by the server. */
    missed: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 }),
    order: fc.shuffledSubarray([...RENDITIONS], { minLength: 3 }),
    lostSegments: fc.integer({ min: 0, max: 3 }),
    /** From the instant at which the last one ended to its beginning; clocks may be set between two. */
    pauseMs: fc.integer({ min: -600_000, max: 5_000 }),
    isEndTold: fc.boolean(),
  });

  it("and numbers never go back, whatever mixers, nodes and clocks do", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 6 }), async (lives) => {
        window.close();
        window = openWindow();
        await window.whenLoaded();
        const lastMsn = new Map<RenditionName, number>();
        const look = () => {
          for (const name of RENDITIONS) {
            const rendition = window.rendition(name);
            if (rendition === null || rendition.lastMsn < 0) continue;
            expect(stepBackMs(read(name)), name).toBe(0);
            expect(rendition.lastMsn).toBeGreaterThanOrEqual(lastMsn.get(name) ?? -1);
            lastMsn.set(name, rendition.lastMsn);
          }
        };
        let [msn, atMs] = [0, START_MS];
        for (const [index, { parts, missed, order, lostSegments, pauseMs, isEndTold }] of lives.entries()) {
          const run = { name: `r${index + 1}`, firstMsn: msn + lostSegments, startedAtMs: atMs + pauseMs };
          begin(run);
          const most = Math.max(...parts);
          for (let n = 0; n < most; n++)
            for (const name of order)
              if (n < parts[RENDITIONS.indexOf(name)]! && !missed.includes(n)) tell(run, name, n);
          await window.whenLoaded();
          look();
          msn = run.firstMsn + Math.ceil(most / PARTS_A_SEGMENT);
          atMs = run.startedAtMs + (most / PARTS_A_SEGMENT) * 2_000;
          if (!isEndTold) continue;
          window.take({ type: "runEnd", run: run.name, endedAtMs: atMs }, null);
          look();
        }
      }),
      { numRuns: 150 },
    );
  });
});
