// Where what is costly to make survives a new checkout and a new node_modules.
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { SetupError } from "./setup-error.mjs";

/** `TORILLA_CACHE_DIR`, else `torilla` in the user's cache folder (XDG base directory specification). */
export function findCacheDir(/** @type {NodeJS.ProcessEnv} */ env = process.env) {
  if (env.TORILLA_CACHE_DIR) return resolve(env.TORILLA_CACHE_DIR);
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "torilla");
}

/** Makes a folder below the cache. @throws {SetupError} where it cannot be written */
export async function requireCacheFolder(/** @type {string} */ path) {
  await mkdir(path, { recursive: true }).catch((error) => {
    throw new SetupError(`The cache folder ${path} cannot be made`, {
      why: error.message,
      advice: "Name a folder that can be written in TORILLA_CACHE_DIR.",
      cause: error,
    });
  });
}
