import { useEffect, useRef } from "react";
import { useTranslation } from "../i18n/use-translation.ts";
import { Link } from "../navigation/link.tsx";
import type { ShellProps } from "../navigation/router.tsx";
import { LanguageSwitch } from "../ui/language-switch.tsx";
import { ThemeSwitch } from "../ui/theme-switch.tsx";
import { Toasts } from "../ui/toast.tsx";
import "./app-shell.css";
import { Brand } from "../ui/brand.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";

/** Header, page, footer. A page that needs the whole width gives its root the class `page-wide`. */
export function AppShell({ children, pathname, isBusy }: ShellProps) {
  const { t } = useTranslation();
  const main = useFocusOnNavigation(pathname);
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        {t("skipToContent")}
      </a>
      <header className="shell-header">
        <div className="shell-header-inner">
          <Link to="/" className="brand-link" aria-label={t("brandLink")}>
            <Brand />
          </Link>
          <div className="shell-tools">
            <LanguageSwitch />
            <ThemeSwitch />
          </div>
        </div>
        <div className="shell-progress" data-busy={isBusy || undefined} aria-hidden="true" />
      </header>
      <ConnectionBanner />
      <main id="main" className="shell-main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <footer className="shell-footer">
        <p>{t("footer")}</p>
      </footer>
      <Toasts />
    </div>
  );
}

/** After going to another page the focus starts from its content, as it would after loading it anew. */
function useFocusOnNavigation(pathname: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}
