import type { LocalText } from "../../contract/ids.ts";
import { endOf, type Schedule, type ScheduleEntry, videoEndOf } from "./schedule-entry.ts";

export interface RecordedRange {
  /** `null`: the whole broadcast. */
  presentationId: string | null;
  title: LocalText;
  startedAt: Date;
  endedAt: Date;
}

/** What was on air for less was not held. */
const MIN_SECONDS = 20;
/** Breaks are not kept, and music as such neither: the right to play it again is another one. */
const RECORDED_KINDS = new Set<ScheduleEntry["kind"]>(["live", "video", "interview"]);

/**
 * The recordings of a broadcast that was live from `startedAt` to `endedAt`: one for each presentation that was on
 * air for `MIN_SECONDS`, and one of the whole when there was not exactly one. A live presentation lasts until the
 * next entry begins, whatever its scheduled end; alone in its broadcast it has all of it. Pure.
 */
export function recordedRanges(
  schedule: Schedule,
  broadcast: { startedAt: Date; endedAt: Date; title: LocalText },
): RecordedRange[] {
  const ranges = schedule
    .filter((entry) => RECORDED_KINDS.has(entry.kind))
    .filter((entry) => entry.startsAt < broadcast.endedAt && endOf(entry) > broadcast.startedAt)
    .map((entry) => ({ entry, range: clip(entry, airEndOf(schedule, entry), broadcast) }))
    .filter(({ range }) => range.endedAt.getTime() - range.startedAt.getTime() >= MIN_SECONDS * 1000);
  const [only, ...others] = ranges;
  if (only && others.length === 0 && only.entry.kind !== "video")
    return [{ ...only.range, startedAt: broadcast.startedAt, endedAt: broadcast.endedAt }];
  const whole: RecordedRange = { ...broadcast, presentationId: null };
  const isWholeKept = ranges.length !== 1;
  return [...(isWholeKept ? [whole] : []), ...ranges.map(({ range }) => range)];
}

function airEndOf(schedule: Schedule, entry: ScheduleEntry): Date {
  if (entry.kind === "video") return videoEndOf(schedule, entry) ?? endOf(entry);
  const following = schedule.find((other) => other.startsAt > entry.startsAt);
  return following?.startsAt ?? new Date(8.64e15);
}

function clip(
  entry: ScheduleEntry,
  airEnd: Date,
  broadcast: { startedAt: Date; endedAt: Date },
): RecordedRange {
  return {
    presentationId: entry.id,
    title: entry.title,
    startedAt: new Date(Math.max(entry.startsAt.getTime(), broadcast.startedAt.getTime())),
    endedAt: new Date(Math.min(airEnd.getTime(), broadcast.endedAt.getTime())),
  };
}
