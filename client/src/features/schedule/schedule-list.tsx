import type { PresentationView } from "../../api/contract.ts";
import { dayKey, formatDay, formatTime } from "../../i18n/dates.ts";
import { InLanguage } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Badge } from "../../ui/card.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import "./schedule-list.css";

export interface ScheduleListProps {
  presentations: readonly PresentationView[];
  timeZone: string;
  nowId?: string | null;
  /** Stage's name by id, shown on each row where several stages are listed together. */
  stageNames?: ReadonlyMap<string, { fi: string; sv: string; en: string }>;
  headingLevel?: "h2" | "h3";
}

const icons: Record<PresentationView["kind"], IconName> = {
  live: "microphone",
  video: "video",
  break: "coffee",
  music: "music",
  interview: "chat",
};

/** Presentations by day and time, in the event's own zone. */
export function ScheduleList(props: ScheduleListProps) {
  const { presentations, timeZone, nowId, stageNames, headingLevel: Heading = "h3" } = props;
  const { t } = useTranslation("schedule");
  const language = useLanguage();
  if (presentations.length === 0) return <p className="schedule-empty">{t("empty.title")}</p>;
  const days = [...groupByDay(presentations, timeZone)];
  return (
    <div className="schedule">
      {days.map(([day, entries]) => (
        <section key={day} className="schedule-day">
          {days.length > 1 || stageNames ? (
            <Heading className="schedule-date">{formatDay(entries[0]!.startsAt, language, timeZone)}</Heading>
          ) : null}
          <ol className="schedule-rows">
            {entries.map((one) => (
              <li
                key={one.id}
                className="schedule-row"
                data-kind={one.kind}
                data-now={one.id === nowId || undefined}
              >
                <span className="schedule-times">
                  <time dateTime={one.startsAt}>{formatTime(one.startsAt, language, timeZone)}</time>
                  <span className="schedule-length">
                    {t("length", { count: Math.round(one.lengthSeconds / 60) })}
                  </span>
                </span>
                <span className="schedule-icon" title={t(`kind.${one.kind}`)}>
                  <Icon name={icons[one.kind]} size={20} />
                </span>
                <div className="schedule-what">
                  <p className="schedule-title">
                    <InLanguage text={one.title} />
                    {one.id === nowId ? <Badge tone="accent">{t("onNow")}</Badge> : null}
                  </p>
                  {one.speaker ? <p className="schedule-speaker">{one.speaker}</p> : null}
                  {stageNames?.has(one.stageId) ? (
                    <InLanguage as="p" className="schedule-stage" text={stageNames.get(one.stageId)!} />
                  ) : null}
                </div>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function groupByDay(presentations: readonly PresentationView[], timeZone: string) {
  const days = new Map<string, PresentationView[]>();
  const inOrder = [...presentations].sort(
    (one, other) => Date.parse(one.startsAt) - Date.parse(other.startsAt),
  );
  for (const one of inOrder) {
    const key = dayKey(one.startsAt, timeZone);
    days.set(key, [...(days.get(key) ?? []), one]);
  }
  return days;
}
