import type { EventDetails } from "../../api/contract.ts";
import { formatDay, formatTime } from "../../i18n/dates.ts";
import { InLanguage, useLocalText } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Awning } from "../../ui/awning.tsx";
import { LinkButton } from "../../ui/button.tsx";
import { Badge } from "../../ui/card.tsx";
import { Icon } from "../../ui/icon.tsx";

/** The event's name and the way to what is on now. */
export function EventHero({ event }: { event: EventDetails }) {
  const { t } = useTranslation(["events", "common"]);
  const language = useLanguage();
  const text = useLocalText();
  const live = event.stages.filter((stage) => stage.phase === "live");
  return (
    <header className="event-hero">
      <Awning />
      <div className="event-hero-body">
        {live.length > 0 ? <Badge tone="live">{t("events:liveNow")}</Badge> : null}
        <InLanguage as="h1" text={event.name} />
        <p className="event-hero-when">
          <Icon name="calendar" />
          <span>
            {formatDay(event.startsAt, language, event.timeZone)},{" "}
            {t("common:at", { time: formatTime(event.startsAt, language, event.timeZone) })}–
            {formatTime(event.endsAt, language, event.timeZone)}
          </span>
        </p>
        <InLanguage as="p" className="event-hero-text" text={event.description} />
        <p className="event-hero-by">{t("events:by", { name: event.organisation })}</p>
        <div className="event-hero-actions">
          {live.map((stage) => (
            <LinkButton
              key={stage.id}
              tone="primary"
              size="l"
              icon="play"
              to={`/e/${event.slug}/stage/${stage.slug}`}
            >
              {live.length === 1 ? t("events:watch") : t("events:watchStage", { stage: text(stage.name) })}
            </LinkButton>
          ))}
          <LinkButton size="l" icon="calendar" to={`/e/${event.slug}/schedule`}>
            {t("events:schedule")}
          </LinkButton>
          {event.can.manage ? (
            <LinkButton size="l" icon="settings" to={`/e/${event.slug}/manage`}>
              {t("events:manage")}
            </LinkButton>
          ) : null}
        </div>
      </div>
    </header>
  );
}
