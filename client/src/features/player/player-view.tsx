import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { PlayerSnapshot, ProgrammePlayer } from "../../player/programme-player.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { isWaitingStatus } from "./is-waiting.ts";
import { PlayerControls } from "./player-controls.tsx";
import "./player-view.css";
import { handlePlayerKey } from "./player-keys.ts";
import { usePlayerSnapshot } from "./use-programme-player.ts";

export interface PlayerViewProps {
  player: ProgrammePlayer;
  /** What the picture is of, for screen readers. */
  title: string;
  posterUrl?: string | null;
  thumbnailsUrl?: string | null;
  /** Covers the picture while there is nothing to play. */
  cover?: ReactNode;
  /** Why there is no picture for anybody: covers it once it stands still. `null`: there should be one. */
  fault?: ReactNode;
}

const CONTROLS_STAY_MS = 3_000;

export function PlayerView({
  player,
  title,
  posterUrl,
  thumbnailsUrl,
  cover,
  fault = null,
}: PlayerViewProps) {
  const { t } = useTranslation("player");
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLElement>(null);
  const snapshot = usePlayerSnapshot(player);
  const { isAwake, wake, sleep } = useAwake();

  useEffect(() => player.attach(video.current!, frame.current!), [player]);
  // Only while the focus is inside: single letters may not act on the whole page (WCAG 2.1.4).
  useEffect(() => {
    const element = frame.current!;
    const onKey = (event: KeyboardEvent) => {
      if (handlePlayerKey(player, event)) wake();
    };
    element.addEventListener("keydown", onKey);
    return () => element.removeEventListener("keydown", onKey);
  }, [player, wake]);

  const isIdle = snapshot.status === "idle";
  const hasControls = !isIdle && (isAwake || snapshot.status !== "playing");
  return (
    <section
      ref={frame}
      className="player"
      aria-label={t("label")}
      tabIndex={-1}
      data-controls={hasControls || undefined}
      data-fullscreen={snapshot.isFullscreen || undefined}
      onPointerMove={wake}
      onPointerLeave={(event) => event.pointerType === "mouse" && sleep()}
      onFocus={wake}
    >
      {/* biome-ignore lint/a11y/useMediaCaption: captions are drawn by <Captions>, which the player places over the picture */}
      <video
        ref={video}
        className="player-video"
        aria-label={title}
        playsInline
        poster={posterUrl ?? undefined}
        onClick={(event) => {
          // A finger shows the controls first; a mouse has them already.
          if (isTouch(event.nativeEvent)) return isAwake ? sleep() : wake();
          player.togglePlay();
        }}
      />
      {isIdle ? (
        <div className="player-cover">{cover}</div>
      ) : (
        <>
          <Overlay
            player={player}
            snapshot={snapshot}
            fault={fault}
            onPressed={() => frame.current?.focus({ preventScroll: true })}
          />
          <Captions snapshot={snapshot} />
          <PlayerControls player={player} snapshot={snapshot} thumbnailsUrl={thumbnailsUrl ?? null} />
        </>
      )}
    </section>
  );
}

interface OverlayProps {
  player: ProgrammePlayer;
  snapshot: PlayerSnapshot;
  fault: ReactNode;
  /** The button that was pressed goes away; the focus must go somewhere. */
  onPressed: () => void;
}

/** What lies over the picture: why it does not move, and the one thing to press. */
function Overlay({ player, snapshot, fault, onPressed }: OverlayProps) {
  const { t } = useTranslation("player");
  const { status, kind, needsUnmute, isAudioOnly } = snapshot;
  const isWaiting = isWaitingStatus(status);
  const pressed = (act: () => void) => () => {
    act();
    onPressed();
  };
  return (
    <div className="player-overlay">
      {isAudioOnly ? (
        <div className="player-audio-only">
          <Icon name="headphones" size={48} />
          <p>{t("audioOnlyNotice")}</p>
          <Button tone="accent" onPress={pressed(() => player.setAudioOnly(false))}>
            {t("showPicture")}
          </Button>
        </div>
      ) : null}
      {isWaiting && fault !== null ? (
        <div className="player-fault">{fault}</div>
      ) : isWaiting ? (
        <div className="player-waiting">
          <Spinner size={28} />
          <span>
            {t(status === "connecting" && kind === "replay" ? "status.opening" : `status.${status}`)}
          </span>
        </div>
      ) : status === "paused" || status === "ended" ? (
        <Button
          className="player-big"
          tone="accent"
          size="l"
          icon={status === "ended" ? "replay" : "play"}
          onPress={pressed(() => player.play())}
        >
          {t(status === "ended" ? "again" : "play")}
        </Button>
      ) : needsUnmute ? (
        <Button
          className="player-big player-unmute"
          tone="accent"
          size="l"
          icon="volume"
          onPress={pressed(() => player.setMuted(false))}
        >
          {t("unmuteBig")}
        </Button>
      ) : null}
    </div>
  );
}

/** Where captions will stand; until a broadcast has them, it says so. */
function Captions({ snapshot }: { snapshot: PlayerSnapshot }) {
  const { t } = useTranslation("player");
  if (!snapshot.hasCaptions) return null;
  return (
    <div className="player-captions">
      <p>{t("captionsNone")}</p>
    </div>
  );
}

function isTouch(event: MouseEvent): boolean {
  return (event as PointerEvent).pointerType === "touch";
}

/** Controls show while somebody moves in the player, and some seconds after. */
function useAwake() {
  const [isAwake, setAwake] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [{ wake, sleep }] = useState(() => ({
    wake: () => {
      clearTimeout(timer.current);
      setAwake(true);
      timer.current = setTimeout(() => setAwake(false), CONTROLS_STAY_MS);
    },
    sleep: () => {
      clearTimeout(timer.current);
      setAwake(false);
    },
  }));
  useEffect(() => {
    wake();
    return () => clearTimeout(timer.current);
  }, [wake]);
  return { isAwake, wake, sleep };
}
