import type { ScheduleEntry } from "../../../../../server/features/stages/schedule-entry.ts";

export const start = new Date("2026-11-22T08:00:00Z");
export const minute = (value: number) => new Date(start.getTime() + value * 60_000);

/** An entry by its start and length in minutes; `video`: seconds of its file. */
export function entry(
  id: string,
  kind: ScheduleEntry["kind"],
  [from, length]: [number, number],
  video: number | null = null,
): ScheduleEntry {
  return {
    id,
    kind,
    title: { fi: `Esitys ${id}`, sv: `Presentation ${id}`, en: "" },
    startsAt: minute(from),
    lengthSeconds: length * 60,
    video: video === null ? null : { mediaId: `m-${id}`, durationSeconds: video },
  };
}
