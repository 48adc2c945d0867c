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

export const textStore = new Store<{ language: Language; catalogue: Catalogue }>({
  language: "fi",
  catalogue: {},
});

export async function startI18n(): Promise<void> {
  await show(chooseLanguage());
}

/** Changes the page's language and keeps the choice. */
export async function changeLanguage(language: Language): Promise<void> {
  await show(language);
  keepLanguage(language);
}

/** Before something is shown that has texts beyond the first view's. Harmless when they are there. */
export async function loadTexts(...groups: TextGroup[]): Promise<void> {
  if (groups.every((group) => wanted.has(group))) return;
  for (const group of groups) wanted.add(group);
  await show(chooseLanguage());
}

async function show(language: Language): Promise<void> {
  const groups = await Promise.all([...wanted].map((group) => loaders[language][group]()));
  const catalogue: Catalogue = {};
  for (const group of groups)
    for (const [file, texts] of Object.entries(group.catalogue))
      catalogue[/([^/]+)\.json$/.exec(file)![1]!] = texts as Catalogue[string];
  document.documentElement.lang = language;
  textStore.set({ language, catalogue });
}
