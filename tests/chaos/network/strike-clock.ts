import { setTimeout as sleep } from "node:timers/promises";
import { readBackstageNames } from "../../support/backstage-names.ts";
import type { Bound } from "../../support/chaos/fault.ts";
import { neverBack, runBounds, runFigures } from "../../support/chaos/run-figures.ts";
import type { StandingLoad } from "../../support/chaos/standing-load.ts";
import type { SettableClock } from "../../support/settable-clock.ts";
import { requireClock } from "./clocked-load.ts";

/**
 * Long enough for segments to be on disk and for whatever goes round every few seconds (parts, segments, RTCP reports,
 * looks at hangs, the schedule) to have come round, or not to have.
 */
const SETTLED_MS = 10_000;

export const clockFigures = {
  presentersLost: { what: "presenters thrown out", unit: "", atMost: 0 },
  // There and back lie up to four ends and beginnings of the schedule's entries, and scenes change as ever.
  stageNotices: { what: "changes of the stage that a socket was told", unit: "", atMost: 8 },
  ...runBounds({
    socketsLost: { atMost: 0 },
    hlsWait: { atMost: 3 },
    viewersPicture: { atMost: 3 },
    viewersSound: { atMost: 3 },
    booth: { atMost: 3 },
    discontinuities: { atMost: 0 },
    ...neverBack,
    recordingGap: { atMost: 0.1 },
    chatRefusals: { atMost: 0 },
  }),
} as const satisfies Record<string, Bound>;

export type ClockFigures = Record<keyof typeof clockFigures, number>;

/** Sets the clock, waits, and reads what anybody noticed of it. */
export async function strikeClock(
  load: StandingLoad,
  set: (clock: SettableClock) => Promise<void>,
): Promise<ClockFigures> {
  const clock = requireClock(load);
  const before = await readBackstageNames(load.product);
  // What has come of the rest before is over; dates in the index are by the product's clock.
  await load.begin();
  const recordedSinceMs = clock.now().getTime();
  await set(clock);
  await sleep(SETTLED_MS);
  const run = await load.read(recordedSinceMs);
  const { notices, sockets } = await load.sockets.stats();
  const told = (notices["stage:changed"] ?? 0) + (notices["stage:scheduleChanged"] ?? 0);
  const after = await readBackstageNames(load.product);
  return {
    presentersLost: before.filter((name) => !after.includes(name)).length,
    stageNotices: told / sockets,
    ...runFigures(clockFigures, run),
  };
}

/** Sets the clock off by so much, lets everybody live with it, and sets it right. */
export function thereAndBack(offsetSeconds: number): (clock: SettableClock) => Promise<void> {
  return async (clock) => {
    await clock.set(offsetSeconds);
    await clock.linger();
    await clock.set(0);
  };
}
