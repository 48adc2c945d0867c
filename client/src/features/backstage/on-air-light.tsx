import { useEffect, useState } from "react";
import type { StageState } from "../../api/contract.ts";
import { serverNow } from "../../api/server-clock.ts";
import { formatClock } from "../../i18n/dates.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Icon } from "../../ui/icon.tsx";

export interface OnAirLightProps {
  state: StageState;
  /** Whether this person themselves is part of the programme. */
  isInProgramme: boolean;
  viewerCount: number;
}

/** The light that everybody backstage sees: are we on air, since when, and do they see me? */
export function OnAirLight({ state, isInProgramme, viewerCount }: OnAirLightProps) {
  const { t } = useTranslation("backstage");
  const seconds = useSecondsSince(state.phase === "live" ? state.liveSince : null);
  return (
    <div className="on-air" data-phase={state.phase} role="status">
      <span className="on-air-lamp" aria-hidden="true" />
      <strong className="on-air-word">{t(`phase.${state.phase}`)}</strong>
      <span className="on-air-note">
        {state.phase === "live"
          ? t(isInProgramme ? "youAreOnAir" : "youAreOffAir")
          : t(`phaseNote.${state.phase}`)}
      </span>
      {state.phase === "live" ? (
        <span className="on-air-figures" aria-hidden="true">
          <span>{formatClock(seconds)}</span>
          <span className="on-air-viewers">
            <Icon name="people" size={18} /> {viewerCount}
          </span>
        </span>
      ) : null}
      {state.isProgrammeFailing ? (
        <span className="on-air-warning">
          <Icon name="warning" size={18} /> {t("programmeFailing")}
        </span>
      ) : null}
      {state.isRecordingFailing ? (
        <span className="on-air-warning">
          <Icon name="warning" size={18} /> {t("recordingFailing")}
        </span>
      ) : null}
    </div>
  );
}

function useSecondsSince(instant: string | null): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (!instant) return;
    const timer = setInterval(() => setNow(serverNow()), 1000);
    return () => clearInterval(timer);
  }, [instant]);
  return instant ? (now - Date.parse(instant)) / 1000 : 0;
}
