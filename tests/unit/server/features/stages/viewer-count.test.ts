import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ViewerCount } from "../../../../../server/features/stages/viewer-count.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("tells at once, then at most once a second, and only another number", () => {
  const told: number[] = [];
  const viewers = new ViewerCount((_stageId, count) => told.push(count));
  const takeBacks = Array.from({ length: 300 }, (_, index) => viewers.add("s", `guest-${index}`));
  expect(told).toEqual([1]);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([1, 300]);
  takeBacks[0]?.();
  takeBacks[0]?.();
  viewers.add("s", "guest-0");
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual([1, 300]);
  expect(viewers.of("s")).toBe(300);
  viewers.close();
});

test("counts two tabs of a browser as one, until both are gone", () => {
  const viewers = new ViewerCount(() => {});
  const first = viewers.add("s", "guest");
  const second = viewers.add("s", "guest");
  expect(viewers.of("s")).toBe(1);
  first();
  expect(viewers.of("s")).toBe(1);
  second();
  expect(viewers.of("s")).toBe(0);
  viewers.close();
});
