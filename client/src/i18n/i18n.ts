/*
 * The page's language and its texts. A language comes in three chunks: what the first view of a stage says, what else
 * those who watch read, and what those who work with the product read. Namespaces are the JSON files of `<language>/`;
 * a key that is missing in any of the three languages fails the unit test in tests/unit/client/i18n.
 */
import type { Language } from "../api/contract.ts";
import { Store } from "../api/store.ts";
import { chooseLanguage, keepLanguage } from "./languages.ts";
import type { Catalogue } from "./translate.ts";

export type TextGroup = "start" | "watch" | "work";
type Loader = () => Promise<{ catalogue: Record<string, unknown> }>;

const loaders: Record<Language, Record<TextGroup, Loader>> = {
  fi: {
    start: () => import("./fi.ts"),
    watch: () => import("./fi-watch.ts"),
    work: () => import("./fi-work.ts"),
  },
  sv: {
    start: () => import("./sv.ts"),
    watch: () => import("./sv-watch.ts"),
    work: () => import("./sv-work.ts"),
  },
  en: {
    start: () => import("./en.ts"),
    watch: () => import("./en-watch.ts"),
    work: () => import("./en-work.ts"),
  },
};
const wanted = new Set<TextGroup>(["start"]);
/** What the page shows, or is about to; `null` until it is first asked for. */
let language: Language | null = null;
let turn = 0;
let showing: Promise<void> = Promise.resolve();

export const textStore = new Store<{ language: Language; catalogue: Catalogue }>({
  language: "fi",
  catalogue: {},
});

export function startI18n(): Promise<void> {
  return show();
}

/** Changes the page's language and keeps the choice. Rejects, and nothing changes, when its texts cannot be fetched. */
export async function changeLanguage(chosen: Language): Promise<void> {
  const before = language;
  language = chosen;
  await show().catch((error: unknown) => {
    if (language === chosen) language = before;
    throw error;
  });
  keepLanguage(chosen);
}

/**
 * Before something is shown that has texts beyond the first view's. Harmless when they are there. Rejects when they
 * cannot be fetched; asked again, it tries again.
 */
export function loadTexts(...groups: TextGroup[]): Promise<void> {
  const missing = groups.filter((group) => !wanted.has(group));
  if (missing.length === 0) return showing;
  for (const group of missing) wanted.add(group);
  return show().catch((error: unknown) => {
    for (const group of missing) wanted.delete(group);
    throw error;
  });
}

/** Of several at once the last one counts: it has the language, and all the groups that the others wanted. */
function show(): Promise<void> {
  const own = ++turn;
  showing = fetchCatalogue().then(
    (found) => {
      if (own !== turn) return showing;
      document.documentElement.lang = found.language;
      textStore.set(found);
    },
    (error: unknown) => {
      if (own === turn) showing = Promise.resolve();
      throw error;
    },
  );
  return showing;
}

async function fetchCatalogue(): Promise<{ language: Language; catalogue: Catalogue }> {
  language ??= chooseLanguage();
  const shown = language;
  const groups = await Promise.all([...wanted].map((group) => loaders[shown][group]()));
  const catalogue: Catalogue = {};
  for (const group of groups)
    for (const [file, texts] of Object.entries(group.catalogue))
      catalogue[/([^/]+)\.json$/.exec(file)![1]!] = texts as Catalogue[string];
  return { language: shown, catalogue };
}
