import type { Language } from "../api/contract.ts";

export const languages = ["fi", "sv", "en"] as const satisfies readonly Language[];

/** Each language's own name, as the switch shows it. */
export const languageNames: Record<Language, string> = { fi: "Suomi", sv: "Svenska", en: "English" };

/** Locale for dates and numbers: Finnish custom in all three. */
export const locales: Record<Language, string> = { fi: "fi-FI", sv: "sv-FI", en: "en-GB" };

const KEY = "torilla.language";

function isLanguage(value: string | null | undefined): value is Language {
  return languages.some((language) => language === value);
}

/** The person's own choice, else the first of the browser's languages that we have, else Finnish. */
export function chooseLanguage(): Language {
  const chosen = readChoice();
  if (chosen) return chosen;
  for (const wanted of navigator.languages ?? [])
    if (isLanguage(wanted.slice(0, 2).toLowerCase())) return wanted.slice(0, 2).toLowerCase() as Language;
  return "fi";
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Storage is closed (private window, policy): the choice then lasts as long as the page.
  }
}

function readChoice(): Language | null {
  try {
    const value = localStorage.getItem(KEY);
    return isLanguage(value) ? value : null;
  } catch {
    return null;
  }
}
