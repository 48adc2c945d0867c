import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { expect, test } from "vitest";
import { ProgrammeClock } from "../../../../../server/features/stages/programme-clock.ts";
import { waitFor } from "../../../../support/wait-for.ts";

const log = pino({ level: "silent" });

test("follows a stage when it is due, and sleeps when nothing is", async () => {
  let nowMs = 0;
  const followed: number[] = [];
  const clock = new ProgrammeClock({
    now: () => new Date(nowMs),
    log,
    follow: async () => {
      followed.push(nowMs);
      return nowMs === 0 ? new Date(60_000) : null;
    },
  });
  await clock.touch("a");
  nowMs = 59_000;
  await sleep(1_100);
  expect(followed).toEqual([0]);
  nowMs = 61_000;
  await waitFor(() => followed.length === 2);
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
