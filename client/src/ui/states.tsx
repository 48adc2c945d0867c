import type { ReactNode } from "react";
import { errorCodeOf, recoveryFor } from "../api/api-error.ts";
import { useTranslation } from "../i18n/use-translation.ts";
import { Button, LinkButton } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
import "./states.css";

export interface EmptyStateProps {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** It stands for the whole page: its title is the page's heading. */
  isPage?: boolean;
}

export function EmptyState({ icon = "info", title, children, action, isPage = false }: EmptyStateProps) {
  const Title = isPage ? "h1" : "p";
  return (
    <div className="state">
      <span className="state-icon">
        <Icon name={icon} size={28} />
      </span>
      <Title className="state-title">{title}</Title>
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
  /** It stands for the whole page: its title is the page's heading. */
  isPage?: boolean;
}

/** What happened, what happens next, and the one thing that helps. */
export function ErrorState({ error, onRetry, isPage = false }: ErrorStateProps) {
  const { t } = useTranslation(["errors", "common"]);
  const code = errorCodeOf(error);
  const Title = isPage ? "h1" : "p";
  return (
    <div className="state" role="alert">
      <span className="state-icon state-icon-warning">
        <Icon name="warning" size={28} />
      </span>
      <Title className="state-title">{t(`errors:${code}.title`)}</Title>
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
