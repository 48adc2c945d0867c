import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ViewerCount } from "../../../../../server/features/stages/viewer-count.ts";

/** What is told with an interval of a second. */
function countTold(isAtOnce: boolean) {
  const told: number[] = [];
  const telling = {
    intervalMs: 1_000,
    isAtOnce,
    tell: (_stageId: string, count: number) => told.push(count),
  };
  return { told, viewers: new ViewerCount([telling]) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("tells at once, then at most once a second, and nothing when nothing changed", () => {
  const { told, viewers } = countTold(true);
  const takeBacks = Array.from({ length: 300 }, (_, index) => viewers.add("s", `guest-${index}`));
  expect(told).toEqual([1]);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([1, 300]);
  takeBacks[0]?.();
  takeBacks[0]?.();
  viewers.add("s", "guest-0");
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual([1, 300, 300]);
  expect(viewers.of("s")).toBe(300);
  viewers.close();
});

test("to the audience by the clock alone: who comes is no message to the others", () => {
  const { told, viewers } = countTold(false);
  const first = viewers.add("s", "guest-0");
  vi.advanceTimersByTime(999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([1]);
  first();
  viewers.add("s", "guest-1");
  vi.advanceTimersByTime(2_000);
  expect(told).toEqual([1, 1]);
  viewers.add("s", "guest-2");
  viewers.close();
  vi.advanceTimersByTime(2_000);
  expect(told).toEqual([1, 1]);
});

test("counts two tabs of a browser as one, until both are gone", () => {
  const viewers = new ViewerCount([]);
  const first = viewers.add("s", "guest");
  const second = viewers.add("s", "guest");
  expect(viewers.of("s")).toBe(1);
  first();
  expect(viewers.of("s")).toBe(1);
  second();
  expect(viewers.of("s")).toBe(0);
  viewers.close();
});
