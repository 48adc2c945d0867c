import type { StagePhase } from "../../contract/stages.ts";
import { endOf, itemKey, type Schedule, type ScheduleEntry, videoEndOf } from "./schedule-entry.ts";

/** A stage that the schedule opened stays open when something follows within this time. */
export const FOLLOWS_WITHIN_MS = 15 * 60_000;
/** How long the end slate shows before the schedule ends a stage that it opened. */
export const END_SLATE_MS = 30_000;

export interface ProgrammeSituation {
  phase: StagePhase;
  phaseSince: Date;
  /** The schedule opened the stage. */
  isAutomatic: boolean;
  schedule: Schedule;
  /** Keys (`itemKey`) of what ended by itself, could not be played, or was ended by the host. */
  overItems: ReadonlySet<string>;
  /** Key of the item that the programme was given; `null`: none. It stays on when the clock is set back before it. */
  givenItem: string | null;
  /** Since when the programme shows only the slate; `null`: it shows people or a video. */
  slateSince: Date | null;
}

export interface ProgrammePlan {
  /** What the schedule has on the programme at this instant. */
  video: { presentationId: string; mediaId: string; startedAt: Date } | null;
  /** The video is to be seen, but the stage is not on air. */
  shouldGoLive: boolean;
  /** The schedule opened the stage and has nothing more for it. */
  shouldEnd: boolean;
  /** When the answer may next be another one; `null`: never by time alone. */
  wakeAt: Date | null;
}

/**
 * What the schedule wants of a stage at `instant`. Pure, and of the instant alone: asked late, twice or after a
 * restart, it says the same.
 */
export function programmePlan(situation: ProgrammeSituation, instant: Date): ProgrammePlan {
  const { schedule, phase } = situation;
  const entry =
    findHeld(situation, instant) ?? schedule.findLast(({ startsAt }) => startsAt <= instant) ?? null;
  const video = entry && isShowing(situation, entry, instant) ? entry.video : null;
  const endsAt = video ? null : automaticEnd(situation, entry, instant);
  return {
    video:
      entry && video ? { presentationId: entry.id, mediaId: video.mediaId, startedAt: entry.startsAt } : null,
    shouldGoLive: entry !== null && video !== null && phase !== "live" && mayOpen(situation, entry),
    shouldEnd: endsAt !== null && endsAt <= instant,
    wakeAt: earliestAfter(instant, [...boundaries(schedule), endsAt]),
  };
}

/** What is on although its time has not come: the clock was set back, and what began is not begun again. */
function findHeld(
  { schedule, givenItem, overItems }: ProgrammeSituation,
  instant: Date,
): ScheduleEntry | null {
  const given = schedule.find(({ video, startsAt }) => video && itemKey(video, startsAt) === givenItem);
  if (!given || givenItem === null || overItems.has(givenItem)) return null;
  return given.startsAt > instant ? given : null;
}

function isShowing(situation: ProgrammeSituation, entry: ScheduleEntry, instant: Date): boolean {
  if (entry.kind !== "video" && entry.kind !== "music") return false;
  if (!entry.video || situation.overItems.has(itemKey(entry.video, entry.startsAt))) return false;
  const endsAt = videoEndOf(situation.schedule, entry);
  return endsAt !== null && instant < endsAt;
}

/** A host who ended the stage, or opened it anew, during an item is not overruled by that item. */
function mayOpen({ phase, phaseSince }: ProgrammeSituation, entry: ScheduleEntry): boolean {
  return phase === "closed" || phaseSince <= entry.startsAt;
}

/** `null`: not to be ended, as far as can be seen now. */
function automaticEnd(
  situation: ProgrammeSituation,
  entry: ScheduleEntry | null,
  instant: Date,
): Date | null {
  const { isAutomatic, phase, slateSince, schedule } = situation;
  if (!isAutomatic || phase !== "live" || slateSince === null) return null;
  const isOccupied = entry !== null && entry.kind !== "break" && !entry.video && instant < endOf(entry);
  const soonest = instant.getTime() + FOLLOWS_WITHIN_MS;
  const isFollowed = schedule.some(
    ({ startsAt, kind }) => kind !== "break" && startsAt > instant && startsAt.getTime() <= soonest,
  );
  if (isOccupied || isFollowed) return null;
  return new Date(slateSince.getTime() + END_SLATE_MS);
}

function boundaries(schedule: Schedule): (Date | null)[] {
  return schedule.flatMap((entry) => [
    new Date(entry.startsAt.getTime() - FOLLOWS_WITHIN_MS),
    entry.startsAt,
    endOf(entry),
    videoEndOf(schedule, entry),
  ]);
}

function earliestAfter(instant: Date, dates: (Date | null)[]): Date | null {
  const later = dates.filter((date) => date !== null && date > instant) as Date[];
  return later.length === 0 ? null : new Date(Math.min(...later.map((date) => date.getTime())));
}
