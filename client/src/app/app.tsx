import { QueryClientProvider } from "@tanstack/react-query";
import { I18nProvider } from "react-aria-components";
import { RouterProvider } from "react-router/dom";
import { queryClient } from "../api/query-client.ts";
import { locales } from "../i18n/languages.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { router } from "./router.tsx";

export function App() {
  const language = useLanguage();
  return (
    <QueryClientProvider client={queryClient}>
      <I18nProvider locale={locales[language]}>
        <RouterProvider router={router} />
      </I18nProvider>
    </QueryClientProvider>
  );
}
