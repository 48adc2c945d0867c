import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { errorCodes } from "../../../../server/contract/errors.ts";

const SRC = resolve(import.meta.dirname, "../../../../client/src");
const languages = ["fi", "sv", "en"] as const;
const namespaces = readdirSync(join(SRC, "i18n/fi")).filter((name) => name.endsWith(".json"));

type Texts = { [key: string]: string | Texts };

function readTexts(language: string, file: string): Map<string, string> {
  const flat = new Map<string, string>();
  const walk = (texts: Texts, prefix: string) => {
    for (const [key, value] of Object.entries(texts))
      if (typeof value === "string") flat.set(prefix + key, value);
      else walk(value, `${prefix}${key}.`);
  };
  walk(JSON.parse(readFileSync(join(SRC, "i18n", language, file), "utf8")), "");
  return flat;
}

const variablesOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe.each(namespaces)("%s", (file) => {
  const finnish = readTexts("fi", file);

  test.each(["sv", "en"])("has the same keys in Finnish and %s", (language) => {
    expect([...readTexts(language, file).keys()].sort()).toEqual([...finnish.keys()].sort());
  });

  test.each(languages)("has no empty text in %s", (language) => {
    const empty = [...readTexts(language, file)].filter(([, text]) => text.trim() === "");
    expect(empty).toEqual([]);
  });

  test.each(["sv", "en"])("fills in the same variables in Finnish and %s", (language) => {
    const texts = readTexts(language, file);
    const different = [...finnish].filter(
      ([key, text]) => texts.has(key) && `${variablesOf(text)}` !== `${variablesOf(texts.get(key)!)}`,
    );
    expect(different.map(([key]) => key)).toEqual([]);
  });
});

test("every language has the same namespaces", () => {
  for (const language of languages)
    expect(readdirSync(join(SRC, "i18n", language)).sort()).toEqual([...namespaces].sort());
});

test("every error code has a title and a text", () => {
  const keys = readTexts("fi", "errors.json");
  const missing = errorCodes
    .flatMap((code) => [`${code}.title`, `${code}.text`])
    .filter((key) => !keys.has(key));
  expect(missing).toEqual([]);
});

/** Keys that the sources name as plain strings: `t("key")`, `t("namespace:key")`. */
test("every key that a component asks for exists", () => {
  const known = new Map(
    namespaces.map((file) => [file.replace(".json", ""), new Set(readTexts("fi", file).keys())] as const),
  );
  const isKnown = (namespace: string, key: string) => {
    const keys = known.get(namespace);
    return keys !== undefined && (keys.has(key) || keys.has(`${key}_other`));
  };
  const missing: string[] = [];
  for (const file of sourcesBelow(SRC)) {
    const source = readFileSync(file, "utf8");
    const own = namespacesOf(source);
    for (const match of source.matchAll(/\bt\(\s*"([^"]+)"/g)) {
      const [namespace, key] = match[1]!.includes(":") ? match[1]!.split(":") : [null, match[1]!];
      const candidates = namespace ? [namespace] : own;
      if (!candidates.some((one) => isKnown(one, key!))) missing.push(`${file}: ${match[1]}`);
    }
  }
  expect(missing).toEqual([]);
});

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

/** The first namespace of each `useTranslation` in the file; `common` where none is named. */
function namespacesOf(source: string): string[] {
  const found = [...source.matchAll(/useTranslation\(\s*(?:\[\s*)?(?:"(\w+)")?/g)].map(
    (match) => match[1] ?? "common",
  );
  return found.length > 0 ? [...new Set(found)] : ["common"];
}
