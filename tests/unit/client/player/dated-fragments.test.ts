import { expect, test } from "vitest";
import { dateAt, timeAt } from "../../../../client/src/player/dated-fragments.ts";

const T = 1_700_000_000_000;
/** Two runs: the second begins 5 s after the first ended, while media time goes on without a gap. */
const fragments = [
  { start: 100, duration: 2, programDateTime: T },
  { start: 102, duration: 2, programDateTime: T + 2_000 },
  { start: 104, duration: 2, programDateTime: T + 9_000 },
];

test.each([
  [100, T],
  [103, T + 3_000],
  [104, T + 9_000],
  [105.5, T + 10_500],
  [107, T + 12_000],
])("media time %d is the instant %d", (time, date) => {
  expect(dateAt(fragments, time)).toBe(date);
});

test.each([
  [T - 5_000, 100],
  [T + 3_000, 103],
  [T + 6_000, 104],
  [T + 10_000, 105],
  [T + 60_000, 106],
])("the instant %d is at media time %d", (date, time) => {
  expect(timeAt(fragments, date)).toBe(time);
});

test("says so where there are no dates", () => {
  expect(dateAt([{ start: 0, duration: 2, programDateTime: null }], 1)).toBeNull();
  expect(timeAt([], T)).toBeNull();
});
