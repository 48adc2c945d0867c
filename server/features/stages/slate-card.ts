import type { Language, LocalText } from "../../contract/ids.ts";
import type { SlateCard } from "../../contract/media.ts";
import type { StagePhase } from "../../contract/stages.ts";
import { clockTime } from "./clock-time.ts";
import { nowAndNext } from "./now-and-next.ts";
import { itemKey, type Schedule, type ScheduleEntry, videoEndOf } from "./schedule-entry.ts";
import { slateTexts } from "./slate-texts.ts";

export interface SlateInput {
  phase: StagePhase;
  schedule: Schedule;
  /** Keys (`itemKey`) of videos that are over before their time. */
  overItems: ReadonlySet<string>;
  /** Whose pictures stopped coming without their doing. */
  lostNames: readonly string[];
  /** What makes the programme dies again and again. */
  isFailing: boolean;
  instant: Date;
  eventName: LocalText;
  language: Language;
  timeZone: string;
}

/** The card that fits the moment, in the event's language. Pure. */
export function slateCard(input: SlateInput): SlateCard {
  const { schedule, instant, language } = input;
  const texts = slateTexts[language];
  const { now, next } = nowAndNext(schedule, instant);
  const base = { eventName: inLanguage(input.eventName, language), nextLine: nextLineOf(input, next) };
  const titleOf = (entry: ScheduleEntry | null) => (entry ? inLanguage(entry.title, language) : "");
  // Whoever is away or has their camera off: on a programme that is on, what is missing goes on.
  const waiting = (subtitle: string): SlateCard =>
    input.phase === "live"
      ? { ...base, reason: "break", title: texts.continuesSoon, subtitle }
      : { ...base, reason: "starting-soon", title: texts.startingSoon, subtitle };

  if (input.phase === "ended")
    return { ...base, reason: "end", title: texts.end, subtitle: texts.endReplays };
  if (now?.kind === "break") return { ...base, reason: "break", title: texts.pause, subtitle: titleOf(now) };
  const fault = (): SlateCard => ({
    ...base,
    reason: "technical-fault",
    title: texts.fault,
    subtitle: texts.faultPatience,
  });
  if (input.phase === "live" && input.isFailing) return fault();
  if (input.phase === "live" && input.lostNames.length > 0)
    return {
      ...base,
      reason: "technical-fault",
      title: shorten(texts.lost(input.lostNames.join(", "))),
      subtitle: texts.lostPatience,
    };
  if (now?.kind === "video" || now?.kind === "music") {
    const endsAt = videoEndOf(schedule, now);
    const isOver = now.video !== null && input.overItems.has(itemKey(now.video, now.startsAt));
    if (endsAt && instant < endsAt && !isOver) return waiting(titleOf(now));
    if (!endsAt && input.phase === "live" && now.kind === "video") return fault();
  } else if (now) return waiting(titleOf(now));
  if (input.phase !== "live") return waiting(titleOf(next));
  if (!next) return { ...base, reason: "end", title: texts.end, subtitle: texts.endReplays };
  // The next line names what comes.
  return waiting("");
}

function nextLineOf({ instant, language, timeZone }: SlateInput, next: ScheduleEntry | null): string {
  if (!next) return "";
  const time = clockTime(next.startsAt, instant, { language, timeZone });
  return shorten(slateTexts[language].next(time, inLanguage(next.title, language)));
}

/** Empty translations fall back to Finnish. */
function inLanguage(text: LocalText, language: Language): string {
  return shorten(text[language] || text.fi);
}

/** The contract's bound of a slate's lines. */
function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
