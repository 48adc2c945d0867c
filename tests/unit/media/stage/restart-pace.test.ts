import { expect, it } from "vitest";
import { RestartPace } from "../../../../media/stage/restart-pace.ts";

it("starts the next mixer at once, until five died within a minute", () => {
  const pace = new RestartPace();
  const pauses = [0, 10_000, 20_000, 30_000].map((atMs) => pace.next(atMs));
  expect(pauses).toEqual([0, 0, 0, 0]);
  expect(pace.isFailing(30_000)).toBe(false);
  expect([40_000, 41_000, 42_000, 43_000, 44_000, 45_000].map((atMs) => pace.next(atMs))).toEqual([
    2_000, 4_000, 8_000, 10_000, 10_000, 10_000,
  ]);
  expect(pace.isFailing(45_000)).toBe(true);
});

it("forgets deaths of more than a minute ago", () => {
  const pace = new RestartPace();
  for (let atMs = 0; atMs < 600_000; atMs += 20_000) expect(pace.next(atMs)).toBe(0);
});
