import { useEffect, useState } from "react";
import { useConnection } from "../api/use-connection.ts";
import { useTranslation } from "../i18n/use-translation.ts";
import { Button } from "../ui/button.tsx";
import { Spinner } from "../ui/spinner.tsx";

/** Shorter breaks are not worth a word. */
const PATIENCE_MS = 2_500;

/** Says that the connection is away and coming back, or that the page is of another version than the server. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const { phase } = useConnection();
  const [isLate, setLate] = useState(false);
  const isAway = phase === "reconnecting";
  useEffect(() => {
    setLate(false);
    if (!isAway) return;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isAway]);

  return (
    <div role="status">
      {phase === "mismatch" ? (
        <div className="banner">
          <span>{t("newVersion")}</span>
          <Button size="s" tone="primary" onPress={() => location.reload()}>
            {t("reload")}
          </Button>
        </div>
      ) : isAway && isLate ? (
        <div className="banner">
          <Spinner size={20} />
          <span>{t("reconnecting")}</span>
        </div>
      ) : null}
    </div>
  );
}
