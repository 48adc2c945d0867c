import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/**
 * What the seed leaves for the launcher to print, since the database holds only hashes of the links' tokens:
 * `path` is below the public address, `label` names the role.
 */
export const DemoLinks = z.object({
  links: z
    .array(z.object({ label: z.string().min(1).max(60), path: z.string().startsWith("/").max(500) }))
    .max(30),
});
export type DemoLinks = z.infer<typeof DemoLinks>;

/** Readable by the owner only: the tokens are in it. */
export function demoLinksFile(dataDir: string): string {
  return join(dataDir, "run", "demo-links.json");
}

/** `[]` when there is no readable list. */
export function readDemoLinks(dataDir: string): DemoLinks["links"] {
  try {
    return DemoLinks.parse(JSON.parse(readFileSync(demoLinksFile(dataDir), "utf8"))).links;
  } catch {
    return [];
  }
}

/** The table that a start ends with. */
export function formatSummary(publicUrl: string, links: DemoLinks["links"], elapsed: string): string {
  const rows = links.length > 0 ? links : [{ label: "Torilla", path: "/" }];
  const width = Math.max(...rows.map(({ label }) => label.length));
  return [
    "",
    `Torilla is ready (${elapsed}).`,
    "",
    ...rows.map(({ label, path }) => `  ${label.padEnd(width)}  ${publicUrl}${path}`),
    "",
    "Ctrl-C stops it.",
    "",
  ].join("\n");
}
