import { expect, test } from "vitest";
import { recordedRanges } from "../../../../../server/features/stages/recorded-ranges.ts";
import { entry, minute } from "./schedule.ts";

const title = { fi: "Pääsali", sv: "", en: "" };
const ranges = (schedule: ReturnType<typeof entry>[], from: number, to: number) =>
  recordedRanges(schedule, { startedAt: minute(from), endedAt: minute(to), title }).map(
    ({ presentationId, startedAt, endedAt }) => [
      presentationId,
      (startedAt.getTime() - minute(0).getTime()) / 60_000,
      (endedAt.getTime() - minute(0).getTime()) / 60_000,
    ],
  );

test("records the whole broadcast when the schedule had nothing", () => {
  expect(ranges([], 0, 10)).toEqual([[null, 0, 10]]);
  expect(ranges([entry("a", "live", [60, 30])], 0, 10)).toEqual([[null, 0, 10]]);
  expect(ranges([entry("a", "live", [-90, 30])], 0, 10)).toEqual([[null, 0, 10]]);
});

test("gives a lone live presentation all of its broadcast", () => {
  expect(ranges([entry("a", "live", [5, 30])], 0, 50)).toEqual([["a", 0, 50]]);
});

test("gives a lone video exactly its time on air", () => {
  expect(ranges([entry("v", "video", [5, 30], 600)], 5, 20)).toEqual([["v", 5, 15]]);
});

test("records each presentation and the whole when there were several, a late one until the next began", () => {
  const schedule = [
    entry("a", "live", [0, 30]),
    entry("b", "break", [40, 10]),
    entry("v", "video", [50, 10], 300),
    entry("c", "live", [60, 30]),
  ];
  expect(ranges(schedule, -5, 100)).toEqual([
    [null, -5, 100],
    ["a", 0, 40],
    ["v", 50, 55],
    ["c", 60, 100],
  ]);
});

test("leaves out what was on air for less than 20 seconds", () => {
  const schedule = [entry("a", "live", [0, 30]), entry("c", "live", [30, 30])];
  expect(ranges(schedule, 0, 30.3)).toEqual([["a", 0, 30.3]]);
  expect(ranges(schedule, 0, 30.4)).toEqual([
    [null, 0, 30.4],
    ["a", 0, 30],
    ["c", 30, 30.4],
  ]);
});
