import type { LocalText } from "../../contract/ids.ts";
import type { PresentationKind } from "../../contract/stages.ts";

/** A presentation as the programme's clock sees it. Entries of one stage do not overlap. */
export interface ScheduleEntry {
  id: string;
  kind: PresentationKind;
  title: LocalText;
  startsAt: Date;
  lengthSeconds: number;
  /** Converted and ready to be shown; `null` when there is none (yet). */
  video: { mediaId: string; durationSeconds: number } | null;
}

/** By start. */
export type Schedule = readonly ScheduleEntry[];

export function endOf(entry: Pick<ScheduleEntry, "startsAt" | "lengthSeconds">): Date {
  return new Date(entry.startsAt.getTime() + entry.lengthSeconds * 1000);
}

/**
 * When an entry's video is over: at its file's end or when the next entry begins, whichever comes first. `null`
 * without a ready video. The scheduled length does not cut it off.
 */
export function videoEndOf(schedule: Schedule, entry: ScheduleEntry): Date | null {
  if (!entry.video) return null;
  const fileEndMs = entry.startsAt.getTime() + entry.video.durationSeconds * 1000;
  const following = schedule.find((other) => other.startsAt > entry.startsAt);
  return new Date(Math.min(fileEndMs, following?.startsAt.getTime() ?? Number.POSITIVE_INFINITY));
}

/** One showing of a file: the same file at another time is another item. */
export function itemKey(video: { mediaId: string }, startsAt: Date): string {
  return `${video.mediaId}@${startsAt.toISOString()}`;
}
