import { formatClock } from "../../i18n/dates.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { PlayerSnapshot, ProgrammePlayer } from "../../player/programme-player.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import "./player-controls.css";
import { isWaitingStatus } from "./is-waiting.ts";
import { PlayerSettingsMenu } from "./player-settings-menu.tsx";
import { PlayerTimeline } from "./player-timeline.tsx";

export interface PlayerControlsProps {
  player: ProgrammePlayer;
  snapshot: PlayerSnapshot;
  thumbnailsUrl: string | null;
}

export function PlayerControls({ player, snapshot, thumbnailsUrl }: PlayerControlsProps) {
  const { t } = useTranslation("player");
  const { status, isMuted, needsUnmute, volume, hasCaptions, isFullscreen, isPictureInPicture } = snapshot;
  const isSilent = isMuted || needsUnmute || volume === 0;
  const isStopped = status === "paused" || status === "ended";
  return (
    <div className="player-controls">
      <PlayerTimeline player={player} snapshot={snapshot} thumbnailsUrl={thumbnailsUrl} />
      <div className="player-row">
        <IconButton
          icon={isStopped ? "play" : "pause"}
          label={t(isStopped ? "play" : "pause")}
          onPress={() => player.togglePlay()}
        />
        <IconButton
          className="player-wide-only"
          icon="back10"
          label={t("back10")}
          onPress={() => player.skip(-10)}
        />
        <IconButton
          icon={isSilent ? "muted" : "volume"}
          label={t(isSilent ? "unmute" : "mute")}
          onPress={() => player.toggleMuted()}
        />
        <input
          className="player-range player-volume player-wide-only"
          type="range"
          min={0}
          max={1}
          step={0.05}
          aria-label={t("volume")}
          aria-valuetext={`${Math.round((isSilent ? 0 : volume) * 100)} %`}
          value={isSilent ? 0 : volume}
          style={{ "--fill": isSilent ? 0 : volume } as React.CSSProperties}
          onChange={(event) => player.setVolume(Number(event.target.value))}
        />
        <Where player={player} snapshot={snapshot} />
        <span className="player-gap" />
        <IconButton
          icon="captions"
          label={t("captions")}
          aria-pressed={hasCaptions}
          onPress={() => player.setCaptions(!hasCaptions)}
        />
        <PlayerSettingsMenu player={player} snapshot={snapshot} />
        {document.pictureInPictureEnabled ? (
          <IconButton
            className="player-wide-only"
            icon="pictureInPicture"
            label={t(isPictureInPicture ? "exitPictureInPicture" : "pictureInPicture")}
            onPress={() => player.togglePictureInPicture()}
          />
        ) : null}
        <IconButton
          icon={isFullscreen ? "exitFullscreen" : "fullscreen"}
          label={t(isFullscreen ? "exitFullscreen" : "fullscreen")}
          onPress={() => player.toggleFullscreen()}
        />
      </div>
    </div>
  );
}

/** Where in the programme the viewer is: live, so much behind it, or the time of a recording. */
function Where({ player, snapshot }: { player: ProgrammePlayer; snapshot: PlayerSnapshot }) {
  const { t } = useTranslation("player");
  const { kind, timeline, isAtLiveEdge, status } = snapshot;
  if (kind === "replay")
    return timeline ? (
      <span className="player-time">
        {formatClock(timeline.positionSeconds)} <span aria-hidden="true">/</span>{" "}
        {formatClock(timeline.endSeconds)}
      </span>
    ) : null;
  if (isAtLiveEdge)
    return (
      <span className="player-live">
        <span className="badge-dot" aria-hidden="true" />
        {t("live")}
      </span>
    );
  if (isWaitingStatus(status) && status !== "buffering") return null;
  const behind = timeline ? timeline.endSeconds - timeline.positionSeconds : 0;
  return (
    <>
      <Button className="player-go-live" size="s" tone="accent" onPress={() => player.goLive()}>
        {t("goLive")}
      </Button>
      {behind >= 1 ? <span className="player-time">−{formatClock(behind)}</span> : null}
    </>
  );
}
