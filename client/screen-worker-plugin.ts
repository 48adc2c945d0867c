import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Plugin, transformWithOxc } from "vite";

const SOURCE = join(import.meta.dirname, "src/features/screen/screen-worker.ts");
/** Pages that the screen's browser never opens. */
const OTHER_PAGES = /\/src\/features\/(?!screen\/).*-page\.tsx$/;
/** Alphabets that no interface language has. */
const UNNEEDED = /-(?:cyrillic|greek|vietnamese)(?:-ext)?-wght-/;

/** The parts of a bundle's chunk that say what it needs. */
interface BundledChunk {
  type: "chunk";
  isEntry: boolean;
  facadeModuleId: string | null;
  imports: string[];
  dynamicImports: string[];
  viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> };
}
type Bundle = Record<string, BundledChunk | { type: "asset"; source: string | Uint8Array }>;

/** Writes /screen-worker.js, which keeps all that the screen's page may ever load. Its version is the list's hash. */
export function screenWorker(): Plugin {
  return {
    name: "screen-worker",
    async generateBundle(_, bundle) {
      const files = listScreenFiles(bundle as unknown as Bundle);
      const source = await readFile(SOURCE, "utf8");
      const { code } = await transformWithOxc(source, SOURCE, { lang: "ts" });
      const version = createHash("sha256").update(code).update(files.join("\n")).digest("hex").slice(0, 12);
      const head = `const SCREEN_FILES = ${JSON.stringify(files)};\nconst SCREEN_VERSION = "${version}";\n`;
      this.emitFile({ type: "asset", fileName: "screen-worker.js", source: head + code });
    },
  };
}

/** Addresses of what is reachable from the page's entry without the other pages, sorted. */
export function listScreenFiles(bundle: Bundle): string[] {
  const found = new Set<string>();
  const follow = (name: string) => {
    const chunk = bundle[name];
    if (found.has(name) || chunk?.type !== "chunk") return;
    if (OTHER_PAGES.test(chunk.facadeModuleId ?? "")) return;
    found.add(name);
    for (const css of chunk.viteMetadata?.importedCss ?? []) {
      found.add(css);
      for (const font of fontsIn(bundle[css])) found.add(font);
    }
    for (const asset of chunk.viteMetadata?.importedAssets ?? []) found.add(asset);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) follow(next);
  };
  for (const [name, one] of Object.entries(bundle)) if (one.type === "chunk" && one.isEntry) follow(name);
  const files = [...found].filter((name) => !UNNEEDED.test(name)).map((name) => `/${name}`);
  return [...files, "/favicon.svg"].sort();
}

function fontsIn(css: Bundle[string] | undefined): string[] {
  if (css?.type !== "asset") return [];
  return [...String(css.source).matchAll(/url\(\/(assets\/[^)"']+\.woff2)\)/g)].map((found) => found[1]!);
}
