import { useSyncExternalStore } from "react";
import type { Language } from "../api/contract.ts";
import { textStore } from "./i18n.ts";

/** The language that the page is shown in. */
export function useLanguage(): Language {
  return useSyncExternalStore(textStore.subscribe, () => textStore.getSnapshot().language);
}
