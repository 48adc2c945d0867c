import type { StageState } from "../../api/contract.ts";
import { formatClock } from "../../i18n/dates.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { Path } from "../../player/path-choice.ts";
import type { PlayerSnapshot, ProgrammePlayer } from "../../player/programme-player.ts";
import { Choice } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { isWaitingStatus } from "../player/is-waiting.ts";
import { usePlayerSnapshot } from "../player/use-programme-player.ts";
import "./stage-status.css";

const paths: Path[] = ["webrtc", "hls"];

/** In plain words: how the picture comes and how late it is; and the one-click choice between the two ways. */
export function StageStatus({ player, state }: { player: ProgrammePlayer; state: StageState }) {
  const { t } = useTranslation(["stages", "player"]);
  const snapshot = usePlayerSnapshot(player);
  const words = useStatusWords(snapshot);
  return (
    <div className="stage-status">
      <p
        className={isWaitingStatus(snapshot.status) ? "visually-hidden" : "stage-status-words"}
        role="status"
      >
        {words}
      </p>
      <p className="stage-status-fault" role="status">
        {state.isProgrammeFailing ? (
          <span className="stage-status-warning">
            <Icon name="warning" size={18} />
            {t("stages:fault.title")} {t("stages:fault.text")}
          </span>
        ) : null}
      </p>
      {state.isRecordingFailing ? (
        <p className="stage-status-warning">
          <Icon name="warning" size={18} />
          {t("stages:recordingFailing")}
        </p>
      ) : null}
      {state.playlistUrl !== null ? (
        <Choice
          look="segments"
          label={t("stages:delaySwitch")}
          value={snapshot.path}
          options={paths.map((id) => ({ id, label: t(`player:path.${id}`) }))}
          onChange={(path) => player.choosePath(path)}
        />
      ) : null}
    </div>
  );
}

/** Delays are said in whole steps, so that the words do not flicker. */
function useStatusWords({ status, path, isAtLiveEdge, timeline, behindSeconds }: PlayerSnapshot): string {
  const { t } = useTranslation("player");
  if (status !== "playing") return status === "idle" || status === "ended" ? "" : t(`status.${status}`);
  if (path === "webrtc") return t("status.instant");
  if (isAtLiveEdge)
    return behindSeconds === null
      ? t("status.live")
      : t("status.delayed", { count: Math.max(1, Math.round(behindSeconds)) });
  const behind = timeline ? timeline.endSeconds - timeline.positionSeconds : 0;
  const steps = Math.round(behind / 5) * 5;
  return steps < 60
    ? t("behind.seconds", { count: steps })
    : t("behind.minutes", { time: formatClock(steps) });
}
