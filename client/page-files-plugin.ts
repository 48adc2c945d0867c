import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

/*
 * What the server hands out beside the bundle itself: `stage.html`, which names everything that the stage's page
 * needs before its first picture, so that the browser fetches it all at once instead of finding it chunk by chunk;
 * and each text file compressed as far as it goes, once, instead of for every visitor.
 */

/** Sources that a live stage's page waits for. */
const STAGE_PARTS = [
  "src/app/show.tsx",
  "src/features/stages/stage-page.tsx",
  "src/player/early-entrance.ts",
  "src/player/webrtc-path.ts",
];
const COMPRESSIBLE = /\.(?:js|css|html|svg)$/;
/** Below it the headers outweigh what is saved. */
const MIN_BYTES = 512;

interface ManifestEntry {
  file: string;
  imports?: string[];
  css?: string[];
}
export type Manifest = Record<string, ManifestEntry>;

export function pageFiles(): Plugin {
  return {
    name: "page-files",
    apply: "build",
    async writeBundle({ dir }) {
      const manifest = JSON.parse(await readFile(join(dir!, ".vite/manifest.json"), "utf8")) as Manifest;
      const html = await readFile(join(dir!, "index.html"), "utf8");
      await writeFile(join(dir!, "stage.html"), addPreloads(html, stageFiles(manifest)));
      const files = await readdir(dir!, { recursive: true });
      await Promise.all(
        files.filter((name) => COMPRESSIBLE.test(name)).map((name) => compress(join(dir!, name))),
      );
    },
  };
}

/** Scripts and style sheets of a live stage's page, without those that index.html names. */
export function stageFiles(manifest: Manifest): { scripts: string[]; styles: string[] } {
  const [scripts, styles] = [new Set<string>(), new Set<string>()];
  const follow = (name: string) => {
    const entry = manifest[name];
    if (!entry) throw new Error(`the build has no ${name}`);
    if (scripts.has(entry.file)) return;
    scripts.add(entry.file);
    for (const css of entry.css ?? []) styles.add(css);
    for (const next of entry.imports ?? []) follow(next);
  };
  for (const part of STAGE_PARTS) follow(part);
  return { scripts: [...scripts], styles: [...styles] };
}

function addPreloads(html: string, { scripts, styles }: { scripts: string[]; styles: string[] }): string {
  const isNew = (file: string) => !html.includes(`"/${file}"`);
  const links = [
    ...scripts.filter(isNew).map((file) => `<link rel="modulepreload" crossorigin href="/${file}">`),
    ...styles.filter(isNew).map((file) => `<link rel="preload" as="style" crossorigin href="/${file}">`),
  ];
  return html.replace("</head>", `  ${links.join("\n    ")}\n  </head>`);
}

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < MIN_BYTES) return;
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    promisify(gzip)(bytes, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${path}.br`, brotli), writeFile(`${path}.gz`, gzipped)]);
}
