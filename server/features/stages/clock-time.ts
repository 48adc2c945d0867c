import type { Language } from "../../contract/ids.ts";

/** A way of writing times: the place's zone and the event's language. */
export interface TimeStyle {
  language: Language;
  /** IANA. */
  timeZone: string;
}

/** `klo 9.00` · `kl. 9.00` · `9:00`, with the date in front when `instant` is on another day than `today`. */
export function clockTime(instant: Date, today: Date, style: TimeStyle): string {
  const at = partsOf(instant, style.timeZone);
  const now = partsOf(today, style.timeZone);
  const isToday = at.day === now.day && at.month === now.month && at.year === now.year;
  const time = timeOf(at, style.language);
  if (isToday) return time;
  return style.language === "en" ? `${at.day}/${at.month} ${time}` : `${at.day}.${at.month}. ${time}`;
}

function timeOf({ hour, minute }: { hour: string; minute: string }, language: Language): string {
  switch (language) {
    case "fi":
      return `klo ${hour}.${minute}`;
    case "sv":
      return `kl. ${hour}.${minute}`;
    case "en":
      return `${hour}:${minute}`;
  }
}

type Parts = Record<"year" | "month" | "day" | "hour" | "minute", string>;

function partsOf(instant: Date, timeZone: string): Parts {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
  });
  const parts = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, value]),
  ) as Parts;
  return { ...parts, hour: String(Number(parts.hour)), minute: parts.minute.padStart(2, "0") };
}
