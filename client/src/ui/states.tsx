import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { errorCodeOf, recoveryFor } from "../api/api-error.ts";
import { Button, LinkButton } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
import "./states.css";

export interface EmptyStateProps {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon = "info", title, children, action }: EmptyStateProps) {
  return (
    <div className="state">
      <span className="state-icon">
        <Icon name={icon} size={28} />
      </span>
      <p className="state-title">{title}</p>
      {children ? <div className="state-text">{children}</div> : null}
      {action}
    </div>
  );
}

/** The sentence of a failure, for places that have no room for `<ErrorState>`. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation("errors");
  return (error) => t(`${errorCodeOf(error)}.text`);
}

export interface ErrorStateProps {
  error: unknown;
  /** Without it, "try again" loads the page anew. */
  onRetry?: (() => void) | undefined;
}

/** What happened, what happens next, and the one thing that helps. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const { t } = useTranslation(["errors", "common"]);
  const code = errorCodeOf(error);
  return (
    <div className="state" role="alert">
      <span className="state-icon state-icon-warning">
        <Icon name="warning" size={28} />
      </span>
      <p className="state-title">{t(`errors:${code}.title`)}</p>
      <p className="state-text">{t(`errors:${code}.text`)}</p>
      <RecoveryAction recovery={recoveryFor(code)} onRetry={onRetry} />
    </div>
  );
}

function RecoveryAction({ recovery, onRetry }: { recovery: string; onRetry: (() => void) | undefined }) {
  const { t } = useTranslation();
  if (recovery === "none") return null;
  if (recovery === "home" || recovery === "askHost") return <LinkButton to="/">{t("toEvents")}</LinkButton>;
  if (recovery === "retry" && onRetry)
    return (
      <Button tone="primary" icon="replay" onPress={onRetry}>
        {t("tryAgain")}
      </Button>
    );
  return (
    <Button tone="primary" icon="replay" onPress={() => location.reload()}>
      {t("reload")}
    </Button>
  );
}
