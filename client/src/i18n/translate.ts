import type { Language } from "../api/contract.ts";

/** A namespace's texts, nested as in its JSON file. */
export interface Texts {
  [key: string]: string | Texts;
}
export type Catalogue = Record<string, Texts>;
export type Values = Record<string, string | number> & { count?: number; defaultValue?: string };
export type Translate = (key: string, values?: Values) => string;

/**
 * Texts by `key.below`, in the first of `namespaces` that has it, or of one namespace by `namespace:key`. With `count`
 * the language's plural form (`key_one`, `key_other`) goes before the bare key. `{{name}}` is filled in. What nobody
 * has is `defaultValue`, or the key itself (a unit test sees to it that no component asks for such a key), or nothing
 * while the namespace is on its way.
 */
export function createTranslate(
  language: Language,
  catalogue: Catalogue,
  namespaces: readonly string[],
): Translate {
  const plurals = new Intl.PluralRules(language);
  return (asked, values = {}) => {
    const colon = asked.indexOf(":");
    const key = asked.slice(colon + 1);
    const places = colon < 0 ? namespaces : [asked.slice(0, colon)];
    const keys = values.count === undefined ? [key] : [`${key}_${plurals.select(values.count)}`, key];
    for (const place of places)
      for (const one of keys) {
        const text = findText(catalogue[place], one);
        if (text !== null) return fillIn(text, values);
      }
    const hasCome = places.some((place) => catalogue[place]);
    return values.defaultValue ?? (hasCome ? key : "");
  };
}

function findText(texts: Texts | undefined, key: string): string | null {
  let found: string | Texts | undefined = texts;
  for (const part of key.split(".")) {
    if (typeof found !== "object") return null;
    found = found[part];
  }
  return typeof found === "string" ? found : null;
}

function fillIn(text: string, values: Values): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));
}
