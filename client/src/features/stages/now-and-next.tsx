import type { PresentationView, StageView } from "../../api/contract.ts";
import { formatTime } from "../../i18n/dates.ts";
import { InLanguage } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import "./now-and-next.css";

export function NowAndNext({ stage }: { stage: StageView }) {
  const { t } = useTranslation("stages");
  const { nowId, nextId } = stage.state;
  const find = (id: string | null) => stage.schedule.find((one) => one.id === id) ?? null;
  const now = find(nowId);
  const next = find(nextId);
  return (
    <dl className="now-next">
      <Slot
        label={t("now")}
        presentation={now}
        nothing={t("nothingNow")}
        timeZone={stage.event.timeZone}
        isNow
      />
      <Slot
        label={t("next")}
        presentation={next}
        nothing={t("nothingNext")}
        timeZone={stage.event.timeZone}
      />
    </dl>
  );
}

interface SlotProps {
  label: string;
  presentation: PresentationView | null;
  nothing: string;
  timeZone: string;
  isNow?: boolean;
}

function Slot({ label, presentation, nothing, timeZone, isNow = false }: SlotProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div className="now-next-slot" data-now={isNow || undefined}>
      <dt>
        {label}
        {presentation && !isNow ? (
          <span className="now-next-time">
            {t("at", { time: formatTime(presentation.startsAt, language, timeZone) })}
          </span>
        ) : null}
      </dt>
      <dd>
        {presentation ? (
          <>
            <InLanguage as="p" className="now-next-title" text={presentation.title} />
            {presentation.speaker ? <p className="now-next-speaker">{presentation.speaker}</p> : null}
            {isNow ? (
              <InLanguage as="p" className="now-next-description" text={presentation.description} />
            ) : null}
          </>
        ) : (
          <p className="now-next-nothing">{nothing}</p>
        )}
      </dd>
    </div>
  );
}
