import type { EventDetails } from "../../api/contract.ts";
import { useQuery } from "../../api/use-query.ts";
import { dayKey } from "../../i18n/dates.ts";
import { useLocalText } from "../../i18n/local-text.tsx";
import { useTranslation } from "../../i18n/use-translation.ts";
import { useParams } from "../../navigation/params.ts";
import { LinkButton } from "../../ui/button.tsx";
import { useDocumentTitle } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/spinner.tsx";
import { ErrorState } from "../../ui/states.tsx";
import { useNow } from "../../ui/use-now.ts";
import { ReplayList } from "../recordings/replay-list.tsx";
import { ScheduleList } from "../schedule/schedule-list.tsx";
import { BoothGrid } from "./booth-grid.tsx";
import { EventHero } from "./event-hero.tsx";
import { eventQuery } from "./event-queries.ts";
import "./event-page.css";
import { StageCards } from "./stage-cards.tsx";

export function EventPage() {
  const { event } = useParams<"event">();
  const { data, error, refetch } = useQuery(eventQuery(event));
  if (error && !data) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={8} />;
  return <EventView event={data} />;
}

function EventView({ event }: { event: EventDetails }) {
  const { t } = useTranslation("events");
  const text = useLocalText();
  const now = useNow(30_000);
  useDocumentTitle(text(event.name));
  const upcoming = findUpcoming(event, now);
  return (
    <div className="event-page">
      <EventHero event={event} />
      <section className="event-section" aria-labelledby="stages-title">
        <h2 id="stages-title">{t("stages")}</h2>
        <StageCards event={event} now={now} />
      </section>
      {event.booths.length > 0 ? (
        <section className="event-section" aria-labelledby="booths-title">
          <h2 id="booths-title">{t("booths")}</h2>
          <p className="event-section-lead">{t("boothsLead")}</p>
          <BoothGrid event={event} />
        </section>
      ) : null}
      <div className="event-columns">
        <section className="event-section" aria-labelledby="schedule-title">
          <h2 id="schedule-title">{t("schedule")}</h2>
          <ScheduleList
            presentations={upcoming}
            timeZone={event.timeZone}
            stageNames={
              event.stages.length > 1 ? new Map(event.stages.map((one) => [one.id, one.name])) : undefined
            }
          />
          <LinkButton className="event-more" icon="calendar" to={`/e/${event.slug}/schedule`}>
            {t("wholeSchedule")}
          </LinkButton>
        </section>
        <section className="event-section" aria-labelledby="replays-title">
          <h2 id="replays-title">{t("replays")}</h2>
          <ReplayList recordings={event.recordings} event={event} />
        </section>
      </div>
    </div>
  );
}

const SHOWN = 6;

/** What has not ended yet, of one day at most; a past event's whole last day. */
function findUpcoming(event: EventDetails, now: number) {
  const inOrder = [...event.schedule].sort(
    (one, other) => Date.parse(one.startsAt) - Date.parse(other.startsAt),
  );
  const coming = inOrder.filter((one) => Date.parse(one.startsAt) + one.lengthSeconds * 1000 > now);
  const first = coming[0] ?? inOrder.at(-1);
  if (!first) return [];
  const day = dayKey(first.startsAt, event.timeZone);
  return (coming.length > 0 ? coming : inOrder)
    .filter((one) => dayKey(one.startsAt, event.timeZone) === day)
    .slice(0, SHOWN);
}
