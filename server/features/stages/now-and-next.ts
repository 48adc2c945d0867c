import { endOf, type Schedule, type ScheduleEntry } from "./schedule-entry.ts";

export interface NowAndNext {
  /** What the schedule has at this instant; a break counts. */
  now: ScheduleEntry | null;
  /** The first later entry that is not a break. */
  next: ScheduleEntry | null;
}

/** Pure. An entry is on from its start to the instant before its end. */
export function nowAndNext(schedule: Schedule, instant: Date): NowAndNext {
  const now = schedule.find((entry) => entry.startsAt <= instant && instant < endOf(entry)) ?? null;
  const next = schedule.find((entry) => entry.startsAt > instant && entry.kind !== "break") ?? null;
  return { now, next };
}
