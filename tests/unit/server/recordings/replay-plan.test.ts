import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RenditionName, SegmentWritten } from "../../../../server/contract/segments.ts";
import {
  choosePoster,
  planReplay,
  type RecordedIndex,
} from "../../../../server/features/recordings/replay-plan.ts";
import { writeThumbnailsVtt } from "../../../../server/features/recordings/thumbnails-vtt.ts";
import { writeVodPlaylist } from "../../../../server/platform/hls/playlist.ts";
import { madeUpRun, RENDITIONS } from "../../../support/made-up-programme.ts";
import { readPlaylist } from "../../../support/playlist-reader.ts";

const START_MS = Date.UTC(2026, 10, 22, 7, 0, 0);

interface Life {
  run: string;
  /** Seconds after START_MS. */
  at: number;
  firstMsn: number;
  count: number;
  /** Media sequence numbers that are missing in one rendition. */
  without?: [RenditionName, number][];
}

function indexOf(lives: Life[], thumbnailsAt: number[] = []): RecordedIndex {
  const segments = new Map<RenditionName, SegmentWritten[]>(RENDITIONS.map((name) => [name, []]));
  for (const { run, at, firstMsn, count, without = [] } of lives) {
    for (let msn = firstMsn; msn < firstMsn + count; msn++) {
      for (const rendition of RENDITIONS) {
        if (without.some(([name, lost]) => name === rendition && lost === msn)) continue;
        const programDateTimeMs = START_MS + (at + (msn - firstMsn) * 2) * 1000;
        const file = `${run}-${rendition}-${msn}.m4s`;
        segments.get(rendition)!.push({
          type: "segment",
          run,
          rendition,
          msn,
          file,
          durationSeconds: 2,
          programDateTimeMs,
          bytes: 9,
        });
      }
    }
  }
  return {
    runs: new Map(lives.map(({ run, at }) => [run, madeUpRun(run, START_MS + at * 1000).notice])),
    segments,
    thumbnails: thumbnailsAt.map((at) => ({
      type: "thumbnail",
      file: `r1-thumb-${at}.jpg`,
      atMs: START_MS + at * 1000,
    })),
  };
}
const range = (from: number, to: number) => ({
  startedAtMs: START_MS + from * 1000,
  endedAtMs: START_MS + to * 1000,
});
const numbers = (index: RecordedIndex, from: number, to: number) =>
  planReplay(index, range(from, to))
    .segments.get("v720")!
    .map(({ msn }) => msn);

describe("what a recording plays", () => {
  const whole = indexOf([{ run: "r1", at: 0, firstMsn: 0, count: 10 }]);

  it.each([
    [0, 20, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [4, 10, [2, 3, 4]],
    [4.9, 9.1, [2, 3, 4]],
    [5.1, 8.9, [3]],
    [6.2, 6.8, [3]],
    [-100, 3, [0, 1]],
    [19, 400, [9]],
    [30, 40, []],
  ])("from %d s to %d s: segments %j", (from, to, expected) => {
    expect(numbers(whole, from, to)).toEqual(expected);
  });

  it("lasts as long as its segments, also when a mixer died within it", () => {
    const index = indexOf([
      { run: "r1", at: 0, firstMsn: 0, count: 3 },
      { run: "r2", at: 9, firstMsn: 3, count: 4 },
    ]);
    const plan = planReplay(index, range(0, 17));
    expect(plan.durationSeconds).toBe(14);
    for (const name of RENDITIONS) {
      const list = readPlaylist(writeVodPlaylist(plan.segments.get(name)!, plan.initFiles.get(name)!));
      expect(list).toMatchObject({ type: "VOD", isEnded: true, target: 2 });
      expect(list.segments.map(({ isDiscontinuity }) => isDiscontinuity)).toEqual([
        false,
        false,
        false,
        true,
        false,
        false,
        false,
      ]);
      expect(list.segments[3]).toMatchObject({ map: `r2-${name}-init.mp4`, dateMs: START_MS + 9_000 });
    }
  });

  it("leaves out instants that one rendition lacks, in all of them", () => {
    const index = indexOf([{ run: "r1", at: 0, firstMsn: 0, count: 5, without: [["aud", 2]] }]);
    const plan = planReplay(index, range(0, 10));
    for (const name of RENDITIONS) {
      const { segments } = readPlaylist(
        writeVodPlaylist(plan.segments.get(name)!, plan.initFiles.get(name)!),
      );
      expect(segments.map(({ uri }) => uri)).toEqual([0, 1, 3, 4].map((msn) => `r1-${name}-${msn}.m4s`));
      expect(segments[2]!.isDiscontinuity).toBe(true);
    }
  });

  it("is empty when nothing was kept", () => {
    const plan = planReplay(indexOf([]), range(0, 100));
    expect(plan).toMatchObject({ durationSeconds: 0, renditions: [], thumbnails: [] });
    expect(plan.files.size).toBe(0);
  });

  it("names no file of another part of the broadcast", () => {
    const plan = planReplay(whole, range(4, 10));
    expect([...plan.files.keys()].filter((file) => file.includes("v720"))).toEqual([
      "r1-v720-2.m4s",
      "r1-v720-3.m4s",
      "r1-v720-4.m4s",
      "r1-v720-init.mp4",
    ]);
  });

  it("has consecutive recordings of a broadcast share no segment and lose none", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { maxLength: 5 }), (cuts) => {
        const borders = [0, ...cuts.map((cut) => Math.round(cut)).sort((a, b) => a - b), 20].filter(
          (border, at, all) => border !== all[at - 1] && border % 2 === 0,
        );
        const all = borders.slice(1).flatMap((to, at) => numbers(whole, borders[at]!, to));
        expect(all).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      }),
    );
  });
});

describe("thumbnails", () => {
  const index = indexOf(
    [
      { run: "r1", at: 0, firstMsn: 0, count: 10 },
      { run: "r2", at: 30, firstMsn: 10, count: 5 },
    ],
    [1, 11, 25, 31],
  );

  it("stand on the replay's own clock, without the time in which there was no mixer", () => {
    expect(planReplay(index, range(0, 40)).thumbnails.map(({ atSeconds }) => atSeconds)).toEqual([1, 11, 21]);
    expect(planReplay(index, range(10, 36)).thumbnails.map(({ atSeconds }) => atSeconds)).toEqual([1, 11]);
  });

  it("become WebVTT cues that cover the whole replay", () => {
    expect(writeThumbnailsVtt(planReplay(index, range(0, 40)))).toBe(
      [
        "WEBVTT\n",
        "00:00:00.000 --> 00:00:11.000\nr1-thumb-1.jpg\n",
        "00:00:11.000 --> 00:00:21.000\nr1-thumb-11.jpg\n",
        "00:00:21.000 --> 00:00:30.000\nr1-thumb-31.jpg\n",
      ].join("\n"),
    );
  });

  it("give the poster: the one nearest to a third", () => {
    expect(choosePoster(planReplay(index, range(0, 40)))).toBe("r1-thumb-11.jpg");
    expect(choosePoster(planReplay(indexOf([]), range(0, 40)))).toBeNull();
  });
});
