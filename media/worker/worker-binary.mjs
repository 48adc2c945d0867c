// Finds, downloads or builds mediasoup's worker. Plain JavaScript without packages: it runs before anything is set up.

import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildWorker, RECIPE_VERSION } from "./build-worker.mjs";
import { findCacheDir, requireCacheFolder } from "./cache-dir.mjs";
import { withFileLock } from "./file-lock.mjs";
import { downloadPrebuiltWorker, prebuiltWorkerUrl } from "./prebuilt-worker.mjs";
import { SetupError } from "./setup-error.mjs";
import { isExecutable } from "./system-packages.mjs";

const MEDIASOUP_DIR = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "node_modules", "mediasoup");
const BINARY_NAME = process.platform === "win32" ? "mediasoup-worker.exe" : "mediasoup-worker";
/** What the worker ends with when nobody told it a version (worker/src/main.cpp): it runs on this machine. */
const EXIT_CODE_WITHOUT_VERSION = 41;

/**
 * The absolute path of a worker that runs here: the one that `MEDIASOUP_WORKER_BIN` names, else the cached one, else
 * a prebuilt one, else one built from source (3 to 5 minutes on 2 cores).
 * @param {{ progress?: (text: string) => void, warn?: (text: string) => void, cacheDir?: string,
 *   mediasoupDir?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>}
 * @throws {SetupError}
 */
export async function ensureWorkerBinary({
  progress = () => {},
  warn = () => {},
  env = process.env,
  cacheDir = findCacheDir(env),
  mediasoupDir = MEDIASOUP_DIR,
} = {}) {
  if (env.MEDIASOUP_WORKER_BIN) return requireNamedWorker(env.MEDIASOUP_WORKER_BIN);
  const mediasoup = await readMediasoupPackage(mediasoupDir);
  const key = `${mediasoup.version}-${process.platform}-${process.arch}-r${RECIPE_VERSION}`;
  const workersDir = join(cacheDir, "mediasoup-worker");
  const binary = join(workersDir, key, BINARY_NAME);
  if (await runsHere(binary)) return binary;
  await requireCacheFolder(workersDir);
  const onWait = (/** @type {string} */ owner) => progress(`waiting for ${owner}, which is building it`);
  const provide = async () => {
    if (await runsHere(binary)) return;
    const leftovers = (await readdir(workersDir)).filter((name) => name.startsWith(`${key}.new-`));
    for (const name of leftovers) await rm(join(workersDir, name), { recursive: true, force: true });
    const made = join(workersDir, `${key}.new-${process.pid}`);
    await mkdir(made);
    try {
      const origin = await obtainWorker({
        mediasoup,
        mediasoupDir,
        workersDir,
        key,
        made,
        progress,
        warn,
        env,
      });
      await writeFile(join(made, "origin.json"), `${JSON.stringify(origin, null, 2)}\n`);
      await rm(dirname(binary), { recursive: true, force: true });
      await rename(made, dirname(binary));
    } finally {
      await rm(made, { recursive: true, force: true });
    }
  };
  await withFileLock(join(workersDir, `${key}.lock`), provide, { onWait });
  return binary;
}

/** Puts the worker into the folder `made`; says where it came from. */
async function obtainWorker({ mediasoup, mediasoupDir, workersDir, key, made, progress, warn, env }) {
  const target = join(made, BINARY_NAME);
  let reason = "MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD is set";
  if (!env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD) {
    const url = prebuiltWorkerUrl(mediasoup, env);
    reason = await downloadPrebuiltWorker({ url, path: target, progress });
    if (reason === null && (await runsHere(target))) return { origin: "prebuilt", url };
    reason ??= "the prebuilt one does not run on this machine";
  }
  if (process.platform === "win32") {
    throw new SetupError("mediasoup's worker could not be downloaded", {
      why: reason,
      advice: "Make the address reachable, or name a worker in MEDIASOUP_WORKER_BIN.",
    });
  }
  progress(`building from source, since ${reason}`);
  const buildDir = join(workersDir, `${key}.build`);
  const workerDir = join(mediasoupDir, "worker");
  const { libsrtp } = await buildWorker({ workerDir, buildDir, target, progress, warn });
  if (!(await runsHere(target))) {
    throw new SetupError("mediasoup's worker was built but does not run", {
      why: `${target} did not end with exit code ${EXIT_CODE_WITHOUT_VERSION} as it does without arguments.`,
      advice: `Remove ${buildDir} and start again.`,
    });
  }
  await rm(buildDir, { recursive: true, force: true });
  return { origin: "built", recipe: RECIPE_VERSION, libsrtp };
}

async function requireNamedWorker(path) {
  if (await isExecutable(path)) return resolve(path);
  throw new SetupError("MEDIASOUP_WORKER_BIN does not name an executable", {
    why: `There is none at ${resolve(path)}.`,
    advice: "Correct the setting, or unset it: the worker is then found or built.",
  });
}

async function readMediasoupPackage(mediasoupDir) {
  try {
    return JSON.parse(await readFile(join(mediasoupDir, "package.json"), "utf8"));
  } catch (error) {
    throw new SetupError("mediasoup is not installed", { why: error.message, advice: "Run: npm ci" });
  }
}

/** Whether the binary starts on this machine (right processor, right libraries). Takes about 10 ms. */
async function runsHere(/** @type {string} */ path) {
  if (!(await isExecutable(path))) return false;
  return new Promise((settle) => {
    const child = spawn(path, [], { env: {}, stdio: "ignore", timeout: 5_000 });
    child.once("error", () => settle(false));
    child.once("exit", (code) => settle(code === EXIT_CODE_WITHOUT_VERSION));
  });
}
