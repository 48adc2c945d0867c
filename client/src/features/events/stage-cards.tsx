import type { EventDetails, PresentationView } from "../../api/contract.ts";
import { dayKey, formatDate, formatTime } from "../../i18n/dates.ts";
import { InLanguage } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Link } from "../../navigation/link.tsx";
import { Badge } from "../../ui/card.tsx";
import { Icon } from "../../ui/icon.tsx";

/** Each stage with what is on it now or comes next. */
export function StageCards({ event, now }: { event: EventDetails; now: number }) {
  return (
    <ul className="stage-cards">
      {event.stages.map((stage) => (
        <li key={stage.id}>
          <StageCard event={event} stage={stage} now={now} />
        </li>
      ))}
    </ul>
  );
}

type StageOfEvent = EventDetails["stages"][number];

function StageCard({ event, stage, now }: { event: EventDetails; stage: StageOfEvent; now: number }) {
  const { t } = useTranslation(["stages", "events"]);
  const language = useLanguage();
  const isLive = stage.phase === "live";
  const presentation = findShown(event.schedule, stage.id, now);
  return (
    <Link className="stage-card" data-live={isLive || undefined} to={`/e/${event.slug}/stage/${stage.slug}`}>
      <span className="stage-card-head">
        <InLanguage as="h3" text={stage.name} />
        {isLive ? (
          <Badge tone="live">{t("stages:phase.live")}</Badge>
        ) : presentation ? (
          <Badge tone="upcoming">
            {t("common:at", { time: when(presentation, event.timeZone, language, now) })}
          </Badge>
        ) : stage.phase === "ended" ? (
          <Badge>{t("stages:phase.ended")}</Badge>
        ) : null}
      </span>
      {presentation ? (
        <span className="stage-card-what">
          <InLanguage className="stage-card-title" text={presentation.title} />
          {presentation.speaker ? <span className="stage-card-speaker">{presentation.speaker}</span> : null}
        </span>
      ) : (
        <span className="stage-card-speaker">{t("stages:nothingNext")}</span>
      )}
      <span className="stage-card-arrow">
        <Icon name="arrowRight" />
      </span>
    </Link>
  );
}

function when(one: PresentationView, timeZone: string, language: "fi" | "sv" | "en", now: number): string {
  const time = formatTime(one.startsAt, language, timeZone);
  const isToday = dayKey(one.startsAt, timeZone) === dayKey(now, timeZone);
  return isToday ? time : `${time}, ${formatDate(one.startsAt, language, timeZone)}`;
}

/** The first presentation of the stage that has not ended. */
function findShown(schedule: readonly PresentationView[], stageId: string, now: number) {
  return [...schedule]
    .sort((one, other) => Date.parse(one.startsAt) - Date.parse(other.startsAt))
    .find((one) => one.stageId === stageId && Date.parse(one.startsAt) + one.lengthSeconds * 1000 > now);
}
