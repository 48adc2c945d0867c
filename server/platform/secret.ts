import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config.ts";

/** `TORILLA_SECRET`, else 256 bits made once and kept in `<data>/run/secret`, readable by the owner only. */
export function loadSecret(config: Config): string {
  if (config.secret !== null) return config.secret;
  const folder = join(config.dataDir, "run");
  const file = join(folder, "secret");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, randomBytes(32).toString("base64url"), { mode: 0o600 });
  try {
    linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(fresh);
  }
  return readFileSync(file, "utf8").trim();
}
