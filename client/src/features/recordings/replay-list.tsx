import type { RecordingView } from "../../api/contract.ts";
import { formatClock, formatDay, formatTime } from "../../i18n/dates.ts";
import { InLanguage } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Link } from "../../navigation/link.tsx";
import { Icon } from "../../ui/icon.tsx";
import "./replay-list.css";

export interface ReplayListProps {
  recordings: readonly RecordingView[];
  event: { slug: string; timeZone: string };
}

/** Published recordings, the newest first. */
export function ReplayList({ recordings, event }: ReplayListProps) {
  const { t } = useTranslation("recordings");
  const shown = recordings
    .filter((one) => one.isPublished)
    .sort((one, other) => Date.parse(other.startedAt) - Date.parse(one.startedAt));
  if (shown.length === 0) return <p className="replay-none">{t("none")}</p>;
  return (
    <ul className="replay-list">
      {shown.map((recording) => (
        <li key={recording.id}>
          <ReplayCard recording={recording} event={event} />
        </li>
      ))}
    </ul>
  );
}

function ReplayCard({ recording, event }: { recording: RecordingView; event: ReplayListProps["event"] }) {
  const { t } = useTranslation("recordings");
  const language = useLanguage();
  return (
    <Link className="replay-card" to={`/e/${event.slug}/replay/${recording.id}`}>
      <span className="replay-poster">
        {recording.posterUrl ? <img src={recording.posterUrl} alt="" loading="lazy" /> : null}
        <span className="replay-play">
          <Icon name="play" size={28} />
        </span>
        <span className="replay-duration">{formatClock(recording.durationSeconds)}</span>
      </span>
      <InLanguage as="span" className="replay-title" text={recording.title} />
      <span className="replay-when">
        {t("recordedAt", {
          day: formatDay(recording.startedAt, language, event.timeZone),
          time: formatTime(recording.startedAt, language, event.timeZone),
        })}
      </span>
    </Link>
  );
}
