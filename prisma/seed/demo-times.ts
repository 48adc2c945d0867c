import { demoEvent, type demoSchedule } from "./event-content.ts";

const STEP_MS = 5 * 60_000;
const MINUTE_MS = 60_000;

/** A demo begins at the last full five minutes, so that something is always on or about to be. */
export function demoStart(now: Date): Date {
  return new Date(Math.floor(now.getTime() / STEP_MS) * STEP_MS);
}

export function demoEnd(startsAt: Date): Date {
  return new Date(startsAt.getTime() + demoEvent.lengthMinutes * MINUTE_MS);
}

export function presentationStart(startsAt: Date, presentation: (typeof demoSchedule)[number]): Date {
  return new Date(startsAt.getTime() + presentation.startsAtMinute * MINUTE_MS);
}
