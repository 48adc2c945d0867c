import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Language } from "../../../../client/src/api/contract.ts";

/** What each chunk of texts waits for; a chunk that is not listed comes at once. */
const gates = new Map<string, Promise<unknown>>();

function serveTexts(): void {
  for (const language of ["fi", "sv", "en"])
    for (const [file, namespace] of [
      [language, "common"],
      [`${language}-watch`, "errors"],
      [`${language}-work`, "manage"],
    ] as const)
      vi.doMock(`../../../../client/src/i18n/${file}.ts`, async () => {
        await gates.get(file);
        return { catalogue: { [`./${language}/${namespace}.json`]: { from: file } } };
      });
}

let i18n: typeof import("../../../../client/src/i18n/i18n.ts");
beforeEach(async () => {
  vi.resetModules();
  serveTexts();
  gates.clear();
  vi.stubGlobal("document", { documentElement: { lang: "" } });
  vi.stubGlobal("navigator", { languages: ["fi-FI"] });
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  i18n = await import("../../../../client/src/i18n/i18n.ts");
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function shown(): { language: Language; namespaces: string[] } {
  const { language, catalogue } = i18n.textStore.getSnapshot();
  return { language, namespaces: Object.keys(catalogue).sort() };
}

test("shows the browser's language, and fetches only what is wanted", async () => {
  await i18n.startI18n();
  expect(shown()).toEqual({ language: "fi", namespaces: ["common"] });
  await i18n.loadTexts("watch");
  expect(shown()).toEqual({ language: "fi", namespaces: ["common", "errors"] });
});

test("texts that are asked for before the first view come in its language", async () => {
  vi.stubGlobal("navigator", { languages: ["sv-FI"] });
  await Promise.all([i18n.loadTexts("watch"), i18n.startI18n()]);
  expect(shown()).toEqual({ language: "sv", namespaces: ["common", "errors"] });
});

test("texts that could not be fetched are fetched when they are needed again", async () => {
  await i18n.startI18n();
  const broken = Promise.reject(new Error("no network"));
  broken.catch(() => {});
  gates.set("fi-watch", broken);
  await expect(i18n.loadTexts("watch")).rejects.toThrow();
  expect(shown().namespaces).toEqual(["common"]);
  gates.clear();
  await i18n.loadTexts("watch");
  expect(shown().namespaces).toEqual(["common", "errors"]);
});

test("a language that is chosen while other texts are on their way stays, with those texts", async () => {
  await i18n.startI18n();
  const gate = Promise.withResolvers<void>();
  gates.set("fi-watch", gate.promise);
  const loading = i18n.loadTexts("watch");
  await i18n.changeLanguage("en");
  gate.resolve();
  await loading;
  expect(shown()).toEqual({ language: "en", namespaces: ["common", "errors"] });
  expect(document.documentElement.lang).toBe("en");
});

test("a language that cannot be fetched changes nothing", async () => {
  await i18n.startI18n();
  const broken = Promise.reject(new Error("no network"));
  broken.catch(() => {});
  gates.set("sv", broken);
  await expect(i18n.changeLanguage("sv")).rejects.toThrow();
  await i18n.loadTexts("work");
  expect(shown()).toEqual({ language: "fi", namespaces: ["common", "manage"] });
  expect(localStorage.getItem("torilla.language")).toBeNull();
});
