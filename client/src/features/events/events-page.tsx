import type { EventSummary } from "../../api/contract.ts";
import { useQuery } from "../../api/use-query.ts";
import { formatDay, formatTime } from "../../i18n/dates.ts";
import { InLanguage } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Link } from "../../navigation/link.tsx";
import { Awning } from "../../ui/awning.tsx";
import { Badge } from "../../ui/card.tsx";
import { Icon } from "../../ui/icon.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/spinner.tsx";
import { EmptyState, ErrorState } from "../../ui/states.tsx";
import { eventsQuery } from "./event-queries.ts";
import "./events-page.css";

export function EventsPage() {
  const { t } = useTranslation("events");
  const { data, error, refetch } = useQuery(eventsQuery());
  return (
    <>
      <PageHeader title={t("title")} documentTitle={t("title")} lead={<p>{t("lead")}</p>} />
      {data ? (
        data.events.length > 0 ? (
          <ul className="events">
            {data.events.map((event) => (
              <li key={event.id}>
                <EventCard event={event} />
              </li>
            ))}
          </ul>
        ) : (
          <EmptyState icon="calendar" title={t("none.title")}>
            <p>{t("none.text")}</p>
          </EmptyState>
        )
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton lines={6} />
      )}
    </>
  );
}

function EventCard({ event }: { event: EventSummary }) {
  const { t } = useTranslation("events");
  const language = useLanguage();
  return (
    <Link className="event-card" to={`/e/${event.slug}`}>
      <Awning />
      <div className="event-card-body">
        {event.isLive ? <Badge tone="live">{t("liveNow")}</Badge> : null}
        <InLanguage as="h2" text={event.name} />
        <p className="event-card-when">
          <Icon name="calendar" size={20} />
          <span>
            {formatDay(event.startsAt, language, event.timeZone)},{" "}
            {t("common:at", { time: formatTime(event.startsAt, language, event.timeZone) })}–
            {formatTime(event.endsAt, language, event.timeZone)}
          </span>
        </p>
        <InLanguage as="p" className="event-card-text" text={event.description} />
        <p className="event-card-foot">
          <span>{t("by", { name: event.organisation })}</span>
          <span className="event-card-open">
            {t("open")} <Icon name="arrowRight" size={20} />
          </span>
        </p>
      </div>
    </Link>
  );
}
