import { formatClock } from "../../i18n/dates.ts";
import { locales } from "../../i18n/languages.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Days, then hours and minutes, then minutes and seconds. Not read out as it ticks. */
export function Countdown({ seconds }: { seconds: number }) {
  const { t } = useTranslation("stages");
  const language = useLanguage();
  const shown =
    seconds >= DAY
      ? new Intl.NumberFormat(locales[language], { style: "unit", unit: "day", unitDisplay: "long" }).format(
          Math.floor(seconds / DAY),
        )
      : seconds >= HOUR
        ? t("countdown.hours", {
            hours: Math.floor(seconds / HOUR),
            minutes: Math.floor((seconds % HOUR) / 60),
          })
        : formatClock(Math.ceil(seconds));
  return (
    <div className="countdown" role="timer" aria-live="off" aria-label={t("countdown.until")}>
      {shown}
    </div>
  );
}
