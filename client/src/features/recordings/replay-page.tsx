import { useMemo } from "react";
import type { EventDetails, RecordingView } from "../../api/contract.ts";
import { useQuery } from "../../api/use-query.ts";
import { formatDay, formatTime } from "../../i18n/dates.ts";
import { InLanguage, useLocalText } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { useParams } from "../../navigation/params.ts";
import type { Programme } from "../../player/programme.ts";
import { LinkButton } from "../../ui/button.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/spinner.tsx";
import { EmptyState, ErrorState } from "../../ui/states.tsx";
import { eventQuery } from "../events/event-queries.ts";
import { PlayerView } from "../player/player-view.tsx";
import { useProgrammePlayer } from "../player/use-programme-player.ts";
import { ReplayList } from "./replay-list.tsx";
import "./replay-page.css";

export function ReplayPage() {
  const { t } = useTranslation("recordings");
  const { event, recording: id } = useParams<"event" | "recording">();
  const { data, error, refetch } = useQuery(eventQuery(event));
  if (error && !data) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton isPicture lines={2} />;
  const recording = data.recordings.find((one) => one.id === id);
  if (!recording)
    return (
      <EmptyState
        isPage
        icon="replay"
        title={t("notFound.title")}
        action={<LinkButton to={`/e/${event}`}>{t("toEvent")}</LinkButton>}
      >
        <p>{t("notFound.text")}</p>
      </EmptyState>
    );
  return <Replay key={recording.id} event={data} recording={recording} />;
}

function Replay({ event, recording }: { event: EventDetails; recording: RecordingView }) {
  const { t } = useTranslation("recordings");
  const text = useLocalText();
  const language = useLanguage();
  const { id, playlistUrl, durationSeconds } = recording;
  const programme = useMemo<Programme>(
    () => ({ kind: "replay", recordingId: id, playlistUrl, durationSeconds }),
    [id, playlistUrl, durationSeconds],
  );
  const player = useProgrammePlayer(programme);
  const presentation = event.schedule.find((one) => one.id === recording.presentationId);
  const others = event.recordings.filter((one) => one.id !== id);
  return (
    <div className="replay-page">
      <PageHeader
        title={<InLanguage text={recording.title} />}
        documentTitle={text(recording.title)}
        back={{ to: `/e/${event.slug}`, label: text(event.name) }}
      />
      <PlayerView
        player={player}
        title={text(recording.title)}
        posterUrl={recording.posterUrl}
        thumbnailsUrl={recording.thumbnailsUrl}
      />
      <div className="replay-facts">
        {presentation?.speaker ? <p className="replay-speaker">{presentation.speaker}</p> : null}
        <p className="replay-when">
          {t("recordedAt", {
            day: formatDay(recording.startedAt, language, event.timeZone),
            time: formatTime(recording.startedAt, language, event.timeZone),
          })}
        </p>
        {presentation ? <InLanguage as="p" text={presentation.description} /> : null}
      </div>
      {others.length > 0 ? (
        <section className="replay-more">
          <h2>{t("more")}</h2>
          <ReplayList recordings={others} event={event} />
        </section>
      ) : null}
    </div>
  );
}
