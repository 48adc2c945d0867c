import { type ComponentType, useEffect, useState } from "react";
import type { StageView } from "../../api/contract.ts";
import { loadTexts } from "../../i18n/i18n.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { ProgrammePlayer } from "../../player/programme-player.ts";
import { Loading } from "../../ui/spinner.tsx";
import { ErrorState } from "../../ui/states.tsx";
import type { ChatPanelProps } from "../chat/chat-panel.tsx";
import { usePlayerSnapshot } from "../player/use-programme-player.ts";

/** A picture that takes longer than this does not hold the chat back. */
const PATIENCE_MS = 1_500;

/** The stage's chat, fetched when the picture is there: the line belongs to the picture first. */
export function StageChat({ stage, player }: { stage: StageView; player: ProgrammePlayer }) {
  const { t } = useTranslation();
  const { status } = usePlayerSnapshot(player);
  const isAwaited = stage.state.phase === "live" && (status === "idle" || status === "connecting");
  const { Panel, error, retry } = useChatPanel(isAwaited);
  if (Panel) return <Panel chat={{ kind: "stage", stageId: stage.id }} timeZone={stage.event.timeZone} />;
  if (error) return <ErrorState error={error} onRetry={retry} />;
  return <Loading label={t("loading")} />;
}

function useChatPanel(isAwaited: boolean) {
  const [Panel, setPanel] = useState<ComponentType<ChatPanelProps> | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (Panel || error) return;
    const load = () =>
      Promise.all([import("../chat/chat-panel.tsx"), loadTexts("watch")]).then(
        ([found]) => setPanel(() => found.ChatPanel),
        setError,
      );
    const timer = setTimeout(() => void load(), isAwaited ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
  }, [Panel, error, isAwaited]);
  return { Panel, error, retry: () => setError(null) };
}
