import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HangWatch, judgeSilence } from "../../../media/hang-watch.ts";
import type { ProcessState } from "../../../media/process-state.ts";

const deadlines = { idleMs: 1_000, busyMs: 3_500 };
const silence = { ...deadlines, silentMs: 0, stoppedMs: 0, workedMs: 0, isAsleep: true };

it.each([
  ["a sign came just now", {}, false],
  ["silent and asleep, but not for long", { silentMs: 900 }, false],
  ["silent and asleep for too long", { silentMs: 1_000 }, true],
  ["silent, and waiting for a processor", { silentMs: 2_000, isAsleep: false }, false],
  ["silent, and at work", { silentMs: 2_000, workedMs: 700 }, false],
  ["silent and at work for too long", { silentMs: 3_500, workedMs: 3_000, isAsleep: false }, true],
  ["silent where the system says nothing", { silentMs: 2_000, workedMs: null }, false],
  ["silent for too long where the system says nothing", { silentMs: 3_500, workedMs: null }, true],
  ["stopped for a moment, as by a debugger", { stoppedMs: 300 }, false],
  ["stopped, whatever it said a moment ago", { silentMs: 100, stoppedMs: 500 }, true],
])("%s: hung is %#", (_what, given, isHung) => {
  expect(judgeSilence({ ...silence, ...given }) !== null).toBe(isHung);
});

const alive: ProcessState = { isStopped: false, isAsleep: true, workedMs: 0 };
let state: ProcessState | null = alive;
let hung: string[] = [];
let watch: HangWatch;
let doesAnswer = true;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  state = alive;
  hung = [];
  doesAnswer = true;
  watch = new HangWatch({
    pid: 1,
    ...deadlines,
    ask: () => {
      if (doesAnswer) watch.heard();
    },
    onHung: (reason) => hung.push(reason),
    readState: () => state,
  });
});
afterEach(() => {
  watch.close();
  vi.useRealTimers();
});

it("lets a process be that answers", () => {
  vi.advanceTimersByTime(60_000);
  expect(hung).toEqual([]);
});

it("tells once when the answers end, within the deadline and two looks", () => {
  vi.advanceTimersByTime(1_000);
  doesAnswer = false;
  vi.advanceTimersByTime(1_400);
  expect(hung).toHaveLength(1);
  vi.advanceTimersByTime(10_000);
  expect(hung).toHaveLength(1);
});

it("gives a process that works more time, and forgives it when it answers", () => {
  vi.advanceTimersByTime(1_000);
  doesAnswer = false;
  for (let look = 0; look < 15; look += 1) {
    state = { ...alive, workedMs: state!.workedMs + 100 };
    vi.advanceTimersByTime(200);
  }
  expect(hung).toEqual([]);
  doesAnswer = true;
  vi.advanceTimersByTime(30_000);
  expect(hung).toEqual([]);
});

it("tells of a stopped process that was never asked to give a sign", () => {
  state = { ...alive, isStopped: true };
  doesAnswer = false;
  vi.advanceTimersByTime(800);
  expect(hung).toEqual(["it was stopped"]);
});

it("blames nobody for its own standstill", () => {
  vi.advanceTimersByTime(1_000);
  doesAnswer = false;
  // As after a SIGSTOP and SIGCONT of the watching process itself: the clock jumped, the answers are still unread.
  vi.setSystemTime(Date.now() + 20_000);
  const now = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => now + 20_000);
  vi.advanceTimersByTime(200);
  expect(hung).toEqual([]);
});

it("is silent after close", () => {
  watch.close();
  state = { ...alive, isStopped: true };
  vi.advanceTimersByTime(5_000);
  expect(hung).toEqual([]);
});
