import { useEffect, useMemo, useRef } from "react";
import type { StageView } from "../../api/contract.ts";
import { InLanguage, useLocalText } from "../../i18n/local-text.tsx";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Link } from "../../navigation/link.tsx";
import { useParams } from "../../navigation/params.ts";
import type { Programme } from "../../player/programme.ts";
import { LinkButton } from "../../ui/button.tsx";
import { Badge } from "../../ui/card.tsx";
import { Icon } from "../../ui/icon.tsx";
import { useDocumentTitle } from "../../ui/page-header.tsx";
import { Skeleton } from "../../ui/spinner.tsx";
import { ErrorState } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { announce } from "../../ui/toast.tsx";
import { useMediaQuery } from "../../ui/use-media-query.ts";
import { PlayerView } from "../player/player-view.tsx";
import { useProgrammePlayer } from "../player/use-programme-player.ts";
import { ReplayList } from "../recordings/replay-list.tsx";
import { ScheduleList } from "../schedule/schedule-list.tsx";
import { NowAndNext } from "./now-and-next.tsx";
import { StageChat } from "./stage-chat.tsx";
import { FaultCover, StageCover } from "./stage-cover.tsx";
import "./stage-page.css";
import { StageStatus } from "./stage-status.tsx";
import { useStage } from "./use-stage.ts";

export function StagePage() {
  const { event, stage } = useParams<"event" | "stage">();
  const { data, error, refetch } = useStage(event, stage);
  if (data) return <Stage key={data.id} stage={data} />;
  if (error) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return <Skeleton isPicture lines={3} />;
}

function Stage({ stage }: { stage: StageView }) {
  const { t } = useTranslation("stages");
  const text = useLocalText();
  const isWide = useMediaQuery("(min-width: 64rem)");
  const player = useProgrammePlayer(useLiveProgramme(stage), stage.state.isProgrammeFailing);
  const { event, state } = stage;
  useDocumentTitle(text(stage.name));
  useAnnouncedPhase(state.phase);

  const chat = <StageChat stage={stage} player={player} />;
  const programme = (
    <ScheduleList
      presentations={stage.schedule}
      timeZone={event.timeZone}
      nowId={state.phase === "live" ? state.nowId : null}
    />
  );
  const replays = <ReplayList recordings={stage.recordings} event={event} />;

  return (
    <div className="stage-page page-wide" data-live={state.phase === "live" || undefined}>
      <div className="stage-main">
        <Link className="back-link" to={`/e/${event.slug}`}>
          <Icon name="arrowLeft" size={20} />
          <InLanguage text={event.name} />
        </Link>
        <PlayerView
          player={player}
          title={text(stage.name)}
          cover={<StageCover stage={stage} />}
          fault={state.isProgrammeFailing ? <FaultCover /> : null}
        />
        {state.phase === "live" ? <StageStatus player={player} state={state} /> : null}
        <header className="stage-head">
          <div className="stage-head-title">
            {state.phase === "live" ? <Badge tone="live">{t("phase.live")}</Badge> : null}
            <InLanguage as="h1" text={stage.name} />
          </div>
          {state.phase === "live" ? (
            <p className="stage-viewers">
              <Icon name="people" size={20} />
              {t("viewers", { count: stage.viewerCount })}
            </p>
          ) : null}
          {stage.can.enterBackstage ? (
            <LinkButton size="s" icon="microphone" to={`/e/${event.slug}/stage/${stage.slug}/backstage`}>
              {t("toBackstage")}
            </LinkButton>
          ) : null}
        </header>
        {state.phase === "live" ? <NowAndNext stage={stage} /> : null}
        {isWide ? (
          <div className="stage-sections">
            <section className="stage-section">
              <h2>{t("programme")}</h2>
              {programme}
            </section>
            <section className="stage-section">
              <h2>{t("replays")}</h2>
              {replays}
            </section>
          </div>
        ) : (
          <Tabs
            label={text(stage.name)}
            className="stage-tabs"
            entries={[
              { id: "chat", title: <TabTitle icon="chat" text={t("chat")} />, content: chat },
              {
                id: "programme",
                title: <TabTitle icon="calendar" text={t("programme")} />,
                content: programme,
              },
              { id: "replays", title: <TabTitle icon="replay" text={t("replays")} />, content: replays },
            ]}
          />
        )}
      </div>
      {isWide ? (
        <aside className="stage-chat" aria-labelledby="chat-title">
          <h2 id="chat-title">{t("chat")}</h2>
          {chat}
        </aside>
      ) : null}
    </div>
  );
}

function TabTitle({ icon, text }: { icon: "chat" | "calendar" | "replay"; text: string }) {
  return (
    <>
      <Icon name={icon} size={20} />
      {text}
    </>
  );
}

/** What the player is to play; the same object while it is the same broadcast. */
function useLiveProgramme(stage: StageView): Programme | null {
  const { phase, broadcastId, liveSince, playlistUrl } = stage.state;
  const liveSinceMs = phase === "live" && liveSince !== null ? Date.parse(liveSince) : null;
  return useMemo(
    () =>
      liveSinceMs === null || broadcastId === null
        ? null
        : { kind: "live", stageId: stage.id, broadcastId, playlistUrl, liveSinceMs },
    [liveSinceMs, stage.id, broadcastId, playlistUrl],
  );
}

function useAnnouncedPhase(phase: string): void {
  const { t } = useTranslation("stages");
  const before = useRef(phase);
  useEffect(() => {
    if (before.current === phase) return;
    before.current = phase;
    if (phase === "live") announce(t("wentLive"));
    if (phase === "ended") announce(t("ended"));
  }, [phase, t]);
}
