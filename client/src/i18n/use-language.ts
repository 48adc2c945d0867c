import { useTranslation } from "react-i18next";
import type { Language } from "../api/contract.ts";

/** The language that the page is shown in. */
export function useLanguage(): Language {
  return useTranslation().i18n.language as Language;
}
