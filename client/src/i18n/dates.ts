import type { Language } from "../api/contract.ts";
import { locales } from "./languages.ts";

/*
 * Times are shown in the event's own zone, whatever the computer's is: `9.00` in Finnish and Swedish,
 * `09:00` in English. Sentences add the `klo` themselves.
 */
type When = string | number | Date;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(language: Language, timeZone: string, options: Intl.DateTimeFormatOptions) {
  const key = `${language} ${timeZone} ${JSON.stringify(options)}`;
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locales[language], { timeZone, ...options });
    formatters.set(key, found);
  }
  return found;
}

export function formatTime(when: When, language: Language, timeZone: string): string {
  const text = formatter(language, timeZone, {
    hour: language === "en" ? "2-digit" : "numeric",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(when));
  return language === "sv" ? text.replace(":", ".") : text;
}

/** `sunnuntai 22.11.2026` */
export function formatDay(when: When, language: Language, timeZone: string): string {
  return formatter(language, timeZone, {
    weekday: "long",
    day: "numeric",
    month: language === "fi" ? "numeric" : "long",
    year: "numeric",
  }).format(new Date(when));
}

/** `22.11.2026`, for narrow places. */
export function formatDate(when: When, language: Language, timeZone: string): string {
  return formatter(language, timeZone, { day: "numeric", month: "numeric", year: "numeric" }).format(
    new Date(when),
  );
}

/** `Itä-Euroopan aika` */
export function formatZone(language: Language, timeZone: string): string {
  const parts = formatter(language, timeZone, { timeZoneName: "longGeneric" }).formatToParts(new Date());
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
}

/** Sortable name of the day in the event's zone, `2026-11-22`. */
export function dayKey(when: When, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  return parts.format(new Date(when));
}

/** `2:03`, or `1:02:03` from an hour on, as players write it everywhere. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = String(whole % 60).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}
