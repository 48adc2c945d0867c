// All of the set-up behind `npm start`, `npm test` and `npm run dev`. Plain JavaScript without packages for Node 20:
// it runs before anything is installed.
import { createHash } from "node:crypto";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findCacheDir, requireCacheFolder } from "../media/worker/cache-dir.mjs";
import { withFileLock } from "../media/worker/file-lock.mjs";
import { endRunningCommands } from "../media/worker/run-command.mjs";
import { ensureWorkerBinary } from "../media/worker/worker-binary.mjs";
import { ensureChromium } from "./setup/chromium.mjs";
import { ensureClientBuild } from "./setup/client-build.mjs";
import { ensureNpmPackages, nodeBinPath } from "./setup/npm-packages.mjs";
import { ensurePrismaClient } from "./setup/prisma-client.mjs";
import { createReporter, formatFailure, ReportedError } from "./setup/reporter.mjs";

/** The checkout that this file belongs to. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Does what is missing, says it on stdout, and ends the process with 1 when a step fails.
 * @param {{ client?: boolean, browser?: boolean, worker?: boolean }} [wanted] which of the costly steps are needed
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} the Node to run the sources with, and the environment
 *   it needs: `MEDIASOUP_WORKER_BIN`, `PRISMA_SCHEMA_ENGINE_BINARY`, with `browser` also `CHROMIUM_BIN`
 */
export async function bootstrap({ client = false, browser = false, worker = true } = {}) {
  const forget = endOnSignals();
  try {
    return await withSetupLock(() => setUp({ client, browser, worker }));
  } catch (error) {
    if (!(error instanceof ReportedError)) console.error(formatFailure("set-up", error));
    process.exit(1);
  } finally {
    forget();
  }
}

async function setUp({ client, browser, worker }) {
  const { run } = createReporter();
  const node = nodeBinPath(ROOT);
  const env = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}`,
    PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? node,
  };
  await run("npm packages", (say) => ensureNpmPackages(ROOT, say));
  if (worker) env.MEDIASOUP_WORKER_BIN = await run("mediasoup worker", (say) => ensureWorkerBinary(say));
  if (browser) env.CHROMIUM_BIN = await run("Chromium", (say) => ensureChromium(say));
  await run("database client", (say) => ensurePrismaClient(ROOT, say));
  if (client) await run("web client", (say) => ensureClientBuild(ROOT, say));
  return { node, env };
}

/** Two starts in one checkout must not install over each other. */
async function withSetupLock(work) {
  const checkout = createHash("sha256").update(ROOT).digest("hex").slice(0, 16);
  const onWait = (/** @type {string} */ owner) =>
    console.log(`… waiting for the set-up that ${owner} is doing here`);
  const locksDir = join(findCacheDir(), "locks");
  await requireCacheFolder(locksDir);
  return withFileLock(join(locksDir, `setup-${checkout}.lock`), work, { onWait });
}

function endOnSignals() {
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    endRunningCommands("SIGTERM");
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  const signals = /** @type {NodeJS.Signals[]} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.removeListener(signal, end);
  };
}
