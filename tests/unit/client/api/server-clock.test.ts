import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** The server's clock runs as time does, whatever is done to this computer's. */
const serverStart = Date.parse("2026-11-22T08:00:00.000Z");
let isAway = false;
const serverTime = () => serverStart + performance.now();
vi.mock("../../../../client/src/api/http.ts", () => ({
  call: async () => {
    if (isAway) throw new Error("away");
    return { now: new Date(serverTime()).toISOString() };
  },
}));

let clock: typeof import("../../../../client/src/api/server-clock.ts");
beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  isAway = false;
  clock = await import("../../../../client/src/api/server-clock.ts");
});
afterEach(() => {
  vi.useRealTimers();
});
const errorMs = () => Math.abs(clock.serverNow() - serverTime());

test("is the server's on a computer whose clock is wrong", async () => {
  vi.setSystemTime("1970-01-01");
  clock.keepServerClock();
  await vi.advanceTimersByTimeAsync(1);
  expect(errorMs()).toBeLessThan(10);
});

test("is right again soon after the computer's clock was set", async () => {
  vi.setSystemTime("1970-01-01");
  clock.keepServerClock();
  await vi.advanceTimersByTimeAsync(1);
  vi.setSystemTime("2026-11-22T08:00:00.000Z");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(errorMs()).toBeLessThan(10);
});

test("is asked for until the server has answered, and then no more", async () => {
  isAway = true;
  vi.setSystemTime("2020-01-01");
  clock.keepServerClock();
  await vi.advanceTimersByTimeAsync(25_000);
  expect(clock.serverNow()).toBe(Date.now());
  isAway = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(errorMs()).toBeLessThan(10);
  isAway = true;
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(errorMs()).toBeLessThan(10);
});
