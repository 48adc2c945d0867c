import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { expect, test } from "vitest";
import { ProgrammeClock } from "../../../../../server/features/stages/programme-clock.ts";
import { waitFor } from "../../../../support/wait-for.ts";

const log = pino({ level: "silent" });

test("follows a stage when it is due, and not before", async () => {
  const followed: number[] = [];
  const clock = new ProgrammeClock({
    now: () => new Date(),
    log,
    follow: async () => {
      followed.push(Date.now());
      return followed.length === 1 ? new Date(Date.now() + 1_500) : null;
    },
  });
  await clock.touch("a");
  await waitFor(() => followed.length === 2);
  expect(followed[1]! - followed[0]!).toBeGreaterThanOrEqual(1_499);
  await sleep(1_100);
  expect(followed).toHaveLength(2);
  await clock.close();
});

test("follows once more, and not twice at once, when touched while it follows", async () => {
  let running = 0;
  let most = 0;
  let count = 0;
  const clock = new ProgrammeClock({
    now: () => new Date(),
    log,
    follow: async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(20);
      running -= 1;
      count += 1;
      return null;
    },
  });
  await Promise.all([clock.touch("a"), clock.touch("a"), clock.touch("a"), clock.touch("a")]);
  expect([most, count]).toEqual([1, 2]);
  await clock.close();
});

test("goes on after a failure", async () => {
  let count = 0;
  const clock = new ProgrammeClock({
    now: () => new Date(),
    log,
    follow: async () => {
      count += 1;
      throw new Error("database away");
    },
  });
  await clock.touch("a");
  await clock.touch("a");
  expect(count).toBe(2);
  await clock.close();
});

test.each([3_600_000, -600_000])(
  "follows everything anew when the clock was set by %i ms",
  async (jumpMs) => {
    let offsetMs = 0;
    const followed: string[] = [];
    const clock = new ProgrammeClock({
      now: () => new Date(Date.now() + offsetMs),
      log,
      follow: async (stageId) => {
        followed.push(stageId);
        return stageId === "a" ? new Date(Date.now() + offsetMs + 7_200_000) : null;
      },
    });
    await Promise.all([clock.touch("a"), clock.touch("b")]);
    offsetMs = jumpMs;
    await waitFor(() => followed.length === 4);
    await sleep(1_200);
    expect(followed.toSorted()).toEqual(["a", "a", "b", "b"]);
    await clock.close();
  },
);
