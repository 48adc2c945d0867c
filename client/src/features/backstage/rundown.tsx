import type { PresentationView, StageState, StageView } from "../../api/contract.ts";
import { formatTime } from "../../i18n/dates.ts";
import { InLanguage } from "../../i18n/local-text.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Card } from "../../ui/card.tsx";

/** The stage's presentations in order, with what is on and what comes next. */
export function Rundown({
  stage,
  state,
  schedule,
}: {
  stage: StageView;
  state: StageState;
  schedule: PresentationView[];
}) {
  const { t } = useTranslation("backstage");
  const language = useLanguage();
  return (
    <Card as="section" className="rundown-card" aria-labelledby="rundown-title">
      <h2 id="rundown-title">{t("rundown")}</h2>
      {schedule.length === 0 ? <p className="host-desk-empty">{t("noSchedule")}</p> : null}
      <ol className="rundown">
        {schedule.map((one) => (
          <li key={one.id} data-now={one.id === state.nowId || undefined}>
            <time dateTime={one.startsAt}>{formatTime(one.startsAt, language, stage.event.timeZone)}</time>
            <span className="rundown-title">
              <InLanguage text={one.title} />
              <span className="rundown-meta">
                {t(`kind.${one.kind}`)}
                {one.speaker ? ` · ${one.speaker}` : ""}
              </span>
            </span>
            {one.id === state.nowId ? <span className="rundown-mark">{t("now")}</span> : null}
            {one.id === state.nextId ? <span className="rundown-mark">{t("next")}</span> : null}
          </li>
        ))}
      </ol>
    </Card>
  );
}
