import { parseAbsolute, parseDateTime, toCalendarDateTime, toZoned } from "@internationalized/date";

/** Instant → what `<input type="datetime-local">` shows in the event's zone: `2026-11-22T09:00`. */
export function toLocalInput(instant: string, timeZone: string): string {
  return toCalendarDateTime(parseAbsolute(instant, timeZone)).toString().slice(0, 16);
}

/** The other way; `null` when it is no time. In the hour that a clock change skips, the later one. */
export function fromLocalInput(value: string, timeZone: string): string | null {
  try {
    return toZoned(parseDateTime(value), timeZone, "later").toAbsoluteString();
  } catch {
    return null;
  }
}
