import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { errorCodeOf } from "../../api/api-error.ts";
import type { ScreenView } from "../../api/contract.ts";
import { serverNow } from "../../api/server-clock.ts";
import { useConnection } from "../../api/use-connection.ts";
import { formatTime } from "../../i18n/dates.ts";
import { changeLanguage } from "../../i18n/i18n.ts";
import { pickText } from "../../i18n/local-text.tsx";
import { useTranslation } from "../../i18n/use-translation.ts";
import { loadPath, probeWebrtc } from "../../player/load-path.ts";
import { type PlayerStatus, ProgrammePlayer } from "../../player/programme-player.ts";
import { Brand } from "../../ui/brand.tsx";
import { IconButton } from "../../ui/button.tsx";
import { useDocumentTitle } from "../../ui/page-header.tsx";
import { chooseShowing, nowAndNextOf, type Showing } from "./choose-showing.ts";
import { keepScreen } from "./keep-screen.ts";
import "./screen.css";
import { useScreen } from "./use-screen.ts";

/** The player's element shows something then; otherwise it is empty, or shows its last picture. */
const PICTURED: ReadonlySet<PlayerStatus> = new Set(["playing", "buffering", "paused", "ended"]);
/** What should have begun is announced as "soon" so long; after that, only what comes next. */
const LATE_MS = 10 * 60_000;

/** The break-room screen: no controls but sound, no error page, something worth watching at every moment. */
export function ScreenPage() {
  const { t } = useTranslation("screen");
  const { screen, error } = useScreen();
  useDocumentTitle(screen?.name ?? t("title"));
  useEffect(keepScreen, []);
  const language = screen?.language;
  useEffect(() => {
    if (language) void changeLanguage(language);
  }, [language]);
  if (screen) return <Screen screen={screen} hasFailed={error !== null} />;
  const isUnpaired =
    error !== null && ["unauthorised", "forbidden", "not_found"].includes(errorCodeOf(error));
  return (
    <main className="screen screen-card">
      <Brand />
      <h1>{t(isUnpaired ? "unpaired" : "starting")}</h1>
      <p>{t(isUnpaired ? "unpairedHint" : "startingHint")}</p>
    </main>
  );
}

function Screen({ screen, hasFailed }: { screen: ScreenView; hasFailed: boolean }) {
  const { t } = useTranslation("screen");
  const { phase, connections } = useConnection();
  const isOffline = phase === "reconnecting" || (hasFailed && phase !== "connected");
  const [turn, setTurn] = useState(0);
  const [isMuted, setMuted] = useState(true);
  const showing = chooseShowing(screen, turn);
  const isFailing = showing.kind === "live" && showing.stage.state.isProgrammeFailing;
  const nowMs = useNow();
  const { now, next } = nowAndNextOf(screen, nowMs);
  const { timeZone } = screen.event;
  const text = (local: { fi: string; sv: string; en: string }) => pickText(local, screen.language).text;
  const titleOf = () => {
    if (showing.kind === "replay") return text(showing.recording.title);
    return showing.kind === "live" && now ? text(now.title) : text(screen.event.name);
  };
  return (
    <main className="screen" data-showing={showing.kind}>
      <ScreenPicture
        showing={showing}
        isMuted={isMuted}
        connections={connections}
        turn={showing.kind === "replay" ? turn : 0}
        onEnded={() => setTurn((played) => played + 1)}
        isFailing={isFailing}
        fallback={
          <WaitingCard screen={screen} isInterrupted={showing.kind === "live"} isFailing={isFailing} />
        }
      />
      <div className="screen-captions" aria-live="off" />
      <footer className="screen-strip">
        <span className="screen-state" data-kind={showing.kind}>
          {t(`state.${showing.kind}`)}
        </span>
        <div className="screen-words">
          <h1 className="screen-now">{titleOf()}</h1>
          {next ? (
            <p className="screen-next">
              {t("next", {
                time: formatTime(next.startsAt, screen.language, timeZone),
                title: text(next.title),
              })}
            </p>
          ) : null}
        </div>
        {isOffline ? <span className="screen-offline">{t("offline")}</span> : null}
        <IconButton
          icon={isMuted ? "muted" : "volume"}
          label={t(isMuted ? "soundOn" : "soundOff")}
          className="screen-sound"
          onPress={() => setMuted(!isMuted)}
        />
        <time className="screen-clock">{formatTime(nowMs, screen.language, timeZone)}</time>
      </footer>
    </main>
  );
}

interface ScreenPictureProps {
  showing: Showing;
  isMuted: boolean;
  /** Grows with each connection: what rests after failures is tried again. */
  connections: number;
  /** Grows with each replay that has been played. */
  turn: number;
  onEnded: () => void;
  /** Nobody gets a picture: the card instead of one that stands still. */
  isFailing: boolean;
  fallback: React.ReactNode;
}

/** The player without controls. The card lies behind it: seen until there is a picture, and whenever there is none. */
function ScreenPicture(props: ScreenPictureProps) {
  const { showing, isMuted, connections, turn, onEnded, isFailing, fallback } = props;
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [player] = useState(() => new ProgrammePlayer({ loadPath, probeWebrtc, now: serverNow }));
  const { status } = useSyncExternalStore(player.subscribe, player.getSnapshot);
  useEffect(
    () => (video.current && frame.current ? player.attach(video.current, frame.current) : undefined),
    [player],
  );
  const programme = showing.kind === "waiting" ? null : showing.programme;
  useEffect(() => player.setProgramme(programme), [player, programme]);
  // The only replay there is is the next one too, and begins again.
  useEffect(() => {
    if (turn > 0) player.play();
  }, [player, turn]);
  useEffect(() => player.setMuted(isMuted), [player, isMuted]);
  useEffect(() => {
    if (connections > 1) player.wake();
  }, [player, connections]);
  useEffect(() => {
    if (!isFailing) player.wake();
  }, [player, isFailing]);
  const ended = useRef(onEnded);
  ended.current = onEnded;
  useEffect(() => {
    if (status === "ended") ended.current();
  }, [status]);
  const hasPicture = programme !== null && PICTURED.has(status) && !(isFailing && status !== "playing");
  return (
    <div className="screen-picture" ref={frame} data-shown={hasPicture || undefined}>
      {hasPicture ? null : fallback}
      <video ref={video} playsInline muted />
    </div>
  );
}

interface WaitingCardProps {
  screen: ScreenView;
  /** Something is live, and its picture is on its way. */
  isInterrupted: boolean;
  /** It is nobody's to have for now. */
  isFailing: boolean;
}

function WaitingCard({ screen, isInterrupted, isFailing }: WaitingCardProps) {
  const { t } = useTranslation("screen");
  const { now, next } = nowAndNextOf(screen, serverNow());
  const isDue = now !== null && now.kind !== "break" && serverNow() - Date.parse(now.startsAt) < LATE_MS;
  const text = (local: { fi: string; sv: string; en: string }) => pickText(local, screen.language).text;
  return (
    <div className="screen-waiting">
      <Brand />
      <p className="screen-waiting-event">{text(screen.event.name)}</p>
      <p>
        {isInterrupted
          ? t(isFailing ? "fault" : "interrupted")
          : isDue
            ? t("startingSoon", { title: text(now.title) })
            : next
              ? t("comingUp", {
                  time: formatTime(next.startsAt, screen.language, screen.event.timeZone),
                  title: text(next.title),
                })
              : t("nothingNow")}
      </p>
    </div>
  );
}

function useNow(): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
