/*
 * Makes the demo event of a new install, or brings an old one to today. Run by the launcher at each start; leaves the
 * join links in `<data>/run/demo-links.json` (owner only), since the database holds only the hashes of their tokens.
 */
import { existsSync } from "node:fs";
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { loadConfig } from "../server/config.ts";
import { createDatabase } from "../server/platform/db.ts";
import type { DemoLink } from "./seed/demo-links.ts";
import { refreshDemo, renewDemoLinks } from "./seed/refresh-demo.ts";
import { seed } from "./seed/seed-demo.ts";

export { refreshDemo } from "./seed/refresh-demo.ts";
export { type SeedResult, seed } from "./seed/seed-demo.ts";

async function main(): Promise<void> {
  const { databaseUrl, dataDir } = loadConfig();
  if (databaseUrl === null) throw new Error("DATABASE_URL is missing; `npm start` sets it.");
  const db = createDatabase(databaseUrl);
  const linksFile = join(dataDir, "run", "demo-links.json");
  try {
    const now = new Date();
    const made = await seed(db, { dataDir, now });
    if (made) return await keepLinks(linksFile, made.links);
    await refreshDemo(db, now);
    const renewed = existsSync(linksFile) ? null : await renewDemoLinks(db, now);
    if (renewed) await keepLinks(linksFile, renewed);
  } finally {
    await db.$disconnect();
  }
}

/** In one piece, readable by the owner only. The terminal shows `links`: one a role; `moreLinks` are the others. */
async function keepLinks(path: string, all: DemoLink[]): Promise<void> {
  const firstStaff = all.find(({ role }) => role === "staff");
  const links = all.filter((link) => link.role !== "staff" || link === firstStaff);
  const moreLinks = all.filter((link) => !links.includes(link));
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, `${JSON.stringify({ links, moreLinks }, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
}

if (import.meta.main) await main();
