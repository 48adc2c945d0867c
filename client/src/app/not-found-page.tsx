import { useTranslation } from "../i18n/use-translation.ts";
import { LinkButton } from "../ui/button.tsx";
import { useDocumentTitle } from "../ui/page-header.tsx";
import { EmptyState } from "../ui/states.tsx";

export function NotFoundPage() {
  const { t } = useTranslation(["errors", "common"]);
  useDocumentTitle(t("errors:not_found.title"));
  return (
    <EmptyState
      isPage
      icon="info"
      title={t("errors:not_found.title")}
      action={
        <LinkButton tone="primary" to="/">
          {t("common:toEvents")}
        </LinkButton>
      }
    >
      <p>{t("errors:not_found.text")}</p>
    </EmptyState>
  );
}
