import { type CSSProperties, type PointerEvent, useState } from "react";
import type { Query } from "../../api/query.ts";
import { useQuery } from "../../api/use-query.ts";
import { formatClock } from "../../i18n/dates.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { PlayerSnapshot, ProgrammePlayer } from "../../player/programme-player.ts";
import { findThumbnail, loadThumbnails, type Thumbnail } from "../../player/thumbnails.ts";

export interface PlayerTimelineProps {
  player: ProgrammePlayer;
  snapshot: PlayerSnapshot;
  thumbnailsUrl: string | null;
}

/** The programme from its beginning to now (or a recording's end), with a preview under the pointer. */
export function PlayerTimeline({ player, snapshot, thumbnailsUrl }: PlayerTimelineProps) {
  const { t } = useTranslation("player");
  const [dragged, setDragged] = useState<number | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const { timeline, kind, isAtLiveEdge } = snapshot;
  if (!timeline || timeline.endSeconds - timeline.startSeconds < 1)
    return <div className="player-timeline" />;

  const { startSeconds, endSeconds } = timeline;
  const length = endSeconds - startSeconds;
  const position = dragged ?? (isAtLiveEdge ? endSeconds : Math.min(timeline.positionSeconds, endSeconds));
  const labelOf = (seconds: number) =>
    kind === "live"
      ? endSeconds - seconds < 2
        ? t("live")
        : `−${formatClock(endSeconds - seconds)}`
      : formatClock(seconds);
  const commit = () => {
    if (dragged === null) return;
    player.seekTo(dragged);
    setDragged(null);
  };
  const hover = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    setHovered(startSeconds + share * length);
  };
  const shown = dragged ?? hovered;
  return (
    <div className="player-timeline" onPointerMove={hover} onPointerLeave={() => setHovered(null)}>
      <input
        className="player-range"
        data-range="time"
        type="range"
        min={startSeconds}
        max={endSeconds}
        step="any"
        aria-label={t("timeline")}
        aria-valuetext={
          kind === "live"
            ? labelOf(position)
            : t("positionOf", { position: formatClock(position), end: formatClock(endSeconds) })
        }
        value={position}
        style={{ "--fill": (position - startSeconds) / length } as CSSProperties}
        onChange={(event) => setDragged(Number(event.target.value))}
        onPointerUp={commit}
        onPointerCancel={() => setDragged(null)}
        onKeyUp={commit}
        onBlur={commit}
      />
      {shown === null ? null : (
        <Preview
          seconds={shown}
          share={(shown - startSeconds) / length}
          label={labelOf(shown)}
          thumbnailsUrl={thumbnailsUrl}
        />
      )}
    </div>
  );
}

interface PreviewProps {
  seconds: number;
  /** 0 to 1 of the timeline. */
  share: number;
  label: string;
  thumbnailsUrl: string | null;
}

function thumbnailsQuery(url: string | null): Query<Thumbnail[]> {
  return {
    key: ["thumbnails", url ?? ""],
    read: async (signal) => (url === null ? [] : loadThumbnails(url, signal)),
    freshMs: Number.POSITIVE_INFINITY,
  };
}

function Preview({ seconds, share, label, thumbnailsUrl }: PreviewProps) {
  const { data } = useQuery(thumbnailsQuery(thumbnailsUrl));
  const thumbnail = findThumbnail(data ?? [], seconds);
  return (
    <div className="player-preview" style={{ "--share": share } as CSSProperties} aria-hidden="true">
      {thumbnail ? <img src={thumbnail.url} alt="" /> : null}
      <span>{label}</span>
    </div>
  );
}
