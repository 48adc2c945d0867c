import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ROOT_DIR } from "../../server/config.ts";

export const CLIENT_DIST = join(ROOT_DIR, "client", "dist");

/** What a script weighs over the wire, bytes, as gzip packs it best. */
export function packedBytes(file: string): number {
  return gzipSync(readFileSync(join(CLIENT_DIST, file)), { level: 9 }).length;
}

interface BuildEntry {
  file: string;
  imports?: string[];
}

/** Scripts that the built stage page names and one language's first texts, as paths below `client/dist`. */
export function stagePageScripts(): string[] {
  const html = readFileSync(join(CLIENT_DIST, "stage.html"), "utf8");
  const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((found) => found[1]!);
  const manifest = JSON.parse(readFileSync(join(CLIENT_DIST, ".vite/manifest.json"), "utf8")) as Record<
    string,
    BuildEntry
  >;
  return [...new Set([...named, manifest["src/i18n/fi.ts"]!.file])];
}
