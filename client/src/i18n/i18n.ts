/*
 * i18next with one chunk a language. Namespaces are the JSON files of `<language>/`; a key that is missing in
 * any of the three fails the unit test in tests/unit/client/i18n.
 */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../api/contract.ts";
import { chooseLanguage, keepLanguage, languages } from "./languages.ts";

type Catalogue = { catalogue: Record<string, Record<string, unknown>> };

const loaders: Record<Language, () => Promise<Catalogue>> = {
  fi: () => import("./fi.ts"),
  sv: () => import("./sv.ts"),
  en: () => import("./en.ts"),
};

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, "common")) return;
  const { catalogue } = await loaders[language]();
  for (const [file, texts] of Object.entries(catalogue)) {
    const namespace = /([^/]+)\.json$/.exec(file)![1]!;
    i18next.addResourceBundle(language, namespace, texts);
  }
}

export async function startI18n(): Promise<void> {
  const language = chooseLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    supportedLngs: [...languages],
    fallbackLng: false,
    defaultNS: "common",
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18nStore: "added" },
    returnNull: false,
  });
  await load(language);
  document.documentElement.lang = language;
}

/** Changes the page's language and keeps the choice. */
export async function changeLanguage(language: Language): Promise<void> {
  await load(language);
  keepLanguage(language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
