/* The standing load on a product whose wall clock can be set. */
import { LoadExtra } from "../../support/chaos/load-extra.ts";
import { SIZE_WITHOUT_BROWSERS, StandingLoad } from "../../support/chaos/standing-load.ts";
import { SettableClock } from "../../support/settable-clock.ts";

const clocks = new LoadExtra<SettableClock>("clock of its own");

/** The clock of a load that one of these grounds made. */
export function requireClock(load: StandingLoad): SettableClock {
  return clocks.of(load);
}

/** By the machine's own time at first. */
export function createClockedLoad(): Promise<StandingLoad> {
  return create(async () => {});
}

/** In Helsinki, some minutes before clocks go back in the night of 25 October 2026. */
export function createAutumnLoad(): Promise<StandingLoad> {
  return create((clock) => clock.setTo(new Date(AUTUMN_CHANGE.getTime() - 600_000)));
}

/** 04:00 summer time becomes 03:00. */
export const AUTUMN_CHANGE = new Date("2026-10-25T01:00:00Z");

async function create(prepare: (clock: SettableClock) => Promise<void>): Promise<StandingLoad> {
  const clock = await SettableClock.create();
  try {
    await prepare(clock);
    const load = await StandingLoad.create({
      size: SIZE_WITHOUT_BROWSERS,
      env: { ...clock.env, TZ: "Europe/Helsinki" },
    });
    return clocks.add(load, clock, () => clock.close());
  } catch (error) {
    clock.close();
    throw error;
  }
}
