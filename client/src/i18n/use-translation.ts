import { useEffect, useMemo, useSyncExternalStore } from "react";
import { loadTexts, textStore } from "./i18n.ts";
import { createTranslate, type Translate } from "./translate.ts";

/**
 * `t` for the page's language; the namespaces are looked through in their order. It changes with the language. What
 * shows itself before its texts have come (an error on the first view) is empty until then.
 */
export function useTranslation(namespaces: string | readonly string[] = "common"): { t: Translate } {
  const { language, catalogue } = useSyncExternalStore(textStore.subscribe, textStore.getSnapshot);
  const names = String(namespaces);
  const isMissing = names.split(",").some((name) => !catalogue[name]);
  useEffect(() => {
    if (isMissing) loadTexts("watch").catch(() => {});
  }, [isMissing]);
  const t = useMemo(
    () => createTranslate(language, catalogue, names.split(",")),
    [language, catalogue, names],
  );
  return { t };
}
