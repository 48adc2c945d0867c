import type { PresentationView, StageView } from "../../api/contract.ts";
import { dayKey, formatDay, formatTime } from "../../i18n/dates.ts";
import { InLanguage } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { useNow } from "../../ui/use-now.ts";
import { Countdown } from "./countdown.tsx";
import "./stage-cover.css";

/** In the picture's place while the stage is not live: what comes, and when. */
export function StageCover({ stage }: { stage: StageView }) {
  const { t } = useTranslation("stages");
  const now = useNow(1_000);
  const next = stage.state.phase === "ended" ? null : findNext(stage, now);
  if (next) return <Upcoming stage={stage} next={next} now={now} />;
  const isEnded = stage.state.phase === "ended";
  return (
    <div className="stage-cover">
      <p className="stage-cover-title">{t(isEnded ? "ended" : "closed")}</p>
      <p>{t(isEnded ? (stage.recordings.length > 0 ? "endedText" : "endedNoReplay") : "closedText")}</p>
    </div>
  );
}

/** In the picture's place while nothing makes one: the slate that the mixer cannot draw. */
export function FaultCover() {
  const { t } = useTranslation("stages");
  return (
    <div className="stage-cover">
      <p className="stage-cover-title">{t("fault.title")}</p>
      <p>{t("fault.text")}</p>
    </div>
  );
}

function Upcoming({ stage, next, now }: { stage: StageView; next: PresentationView; now: number }) {
  const { t } = useTranslation("stages");
  const language = useLanguage();
  const { timeZone } = stage.event;
  const startsAt = Date.parse(next.startsAt);
  const isLate = startsAt <= now;
  const time = formatTime(startsAt, language, timeZone);
  const isToday = dayKey(startsAt, timeZone) === dayKey(now, timeZone);
  return (
    <div className="stage-cover">
      <p className="stage-cover-title">
        {isLate
          ? t("startsSoon")
          : isToday
            ? t("startsAt", { time })
            : t("startsOn", { day: formatDay(startsAt, language, timeZone), time })}
      </p>
      {isLate ? null : <Countdown seconds={(startsAt - now) / 1000} />}
      <InLanguage as="p" className="stage-cover-next" text={next.title} />
      <p className="stage-cover-hint">{t("startsSoonText")}</p>
    </div>
  );
}

/** What the stage says is next, or what its schedule says that has not ended yet. */
function findNext(stage: StageView, now: number): PresentationView | null {
  const named = stage.schedule.find((one) => one.id === (stage.state.nowId ?? stage.state.nextId));
  if (named) return named;
  const coming = stage.schedule
    .filter((one) => Date.parse(one.startsAt) + one.lengthSeconds * 1000 > now)
    .sort((one, other) => Date.parse(one.startsAt) - Date.parse(other.startsAt));
  return coming[0] ?? null;
}
