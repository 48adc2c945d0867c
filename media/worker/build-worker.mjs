// Builds mediasoup's worker from the source in its npm package against the distribution's libraries. The recipe is
// CMake's (recipe/); here: the list of sources, the one patch, libsrtp, and the progress.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildLibsrtp } from "./build-libsrtp.mjs";
import { ensureBuildRequirements, hasLibrary } from "./build-requirements.mjs";
import { readWorkerSources } from "./meson-sources.mjs";
import { runCommand } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";
import { installSystemPackages } from "./system-packages.mjs";

/** Increase it when the recipe changes the result: caches are keyed by it. */
export const RECIPE_VERSION = 1;

const RECIPE_DIR = join(dirname(fileURLToPath(import.meta.url)), "recipe");
const BYTES_PER_COMPILER = 1024 ** 3;

/**
 * OpenSSL with kernel TLS (Debian's) asks the BIO by a ctrl whether kTLS is on. The worker's callback answers 1 to
 * `BIO_CB_CTRL | BIO_CB_RETURN`, OpenSSL then allocates no write buffer, and the first DTLS handshake crashes.
 */
export const DTLS_PATCH = {
  path: "src/RTC/DtlsTransport.cpp",
  before: "(operationType == BIO_CB_RETURN) ? static_cast<long>(ret)",
  after: "((operationType & BIO_CB_RETURN) != 0) ? static_cast<long>(ret)",
};

/**
 * Leaves the executable at `target`. `buildDir` is kept when the build fails or is interrupted: the next one goes on.
 * @param {{ workerDir: string, buildDir: string, target: string, progress: (text: string) => void,
 *   warn: (text: string) => void }} options `workerDir`: mediasoup's `worker/`
 * @returns {Promise<{ libsrtp: "openssl" | "distribution" }>}
 * @throws {SetupError}
 */
export async function buildWorker({ workerDir, buildDir, target, progress, warn }) {
  await ensureBuildRequirements({ progress });
  await mkdir(buildDir, { recursive: true });
  try {
    const srtpPrefix = await provideLibsrtp({ buildDir, progress, warn });
    const sourceList = join(buildDir, "sources.txt");
    await writeFile(sourceList, `${(await readWorkerSources(workerDir)).join("\n")}\n`);
    const patchedDir = join(buildDir, "patched");
    await writePatchedSource(workerDir, patchedDir);
    progress("configuring");
    const ninjaDir = join(buildDir, "ninja");
    const configure = () =>
      runCommand("cmake", [
        ...["-S", RECIPE_DIR, "-B", ninjaDir, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"],
        ...[`-DSOURCE_DIR=${workerDir}`, `-DSOURCE_LIST=${sourceList}`],
        ...[`-DPATCHED_DIR=${patchedDir}`, `-DSRTP_PREFIX=${srtpPrefix}`],
      ]);
    await configure().catch(async () => {
      await rm(ninjaDir, { recursive: true, force: true });
      await configure();
    });
    await compile(ninjaDir, progress);
    await runCommand("strip", ["-o", target, join(ninjaDir, "mediasoup-worker")]);
    return { libsrtp: srtpPrefix === "" ? "distribution" : "openssl" };
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError("mediasoup's worker could not be built from source", {
      why: [error.message, error.output].filter(Boolean).join("\n"),
      advice: `A worker built elsewhere can be named in MEDIASOUP_WORKER_BIN. What was compiled so far is kept in ${buildDir}.`,
      cause: error,
    });
  }
}

/** The prefix of libsrtp with OpenSSL, or "" for the distribution's own. */
async function provideLibsrtp({ buildDir, progress, warn }) {
  try {
    return await buildLibsrtp({ workDir: buildDir, progress });
  } catch (error) {
    if (!(await hasLibrary("libsrtp2"))) {
      const packages = { apt: ["libsrtp2-dev"], dnf: ["libsrtp-devel"], brew: ["srtp"] };
      await installSystemPackages(packages, { purpose: "build mediasoup's worker", progress });
    }
    if (process.platform === "linux") {
      warn(
        `libsrtp's source package was not available (${error.message}). The distribution's own is used: where that ` +
          "is built on NSS, as Debian's is, a viewer costs up to 2.5 times as much CPU.",
      );
    }
    return "";
  }
}

/** Writes the patched copy; mediasoup's own file stays as it is. A version that needs no patch gets none. */
async function writePatchedSource(workerDir, patchedDir) {
  const source = await readFile(join(workerDir, DTLS_PATCH.path), "utf8");
  const target = join(patchedDir, DTLS_PATCH.path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, patchDtlsTransport(source));
}

/** @throws {Error} when the line is neither as expected nor patched already */
export function patchDtlsTransport(/** @type {string} */ source) {
  if (source.includes(DTLS_PATCH.after)) return source;
  if (source.split(DTLS_PATCH.before).length !== 2) {
    throw new Error(
      `${DTLS_PATCH.path} of this mediasoup differs from what the patch for kernel TLS expects`,
    );
  }
  return source.replace(DTLS_PATCH.before, DTLS_PATCH.after);
}

async function compile(ninjaDir, progress) {
  const jobs = Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / BYTES_PER_COMPILER)));
  await runCommand("ninja", ["-C", ninjaDir, "-j", String(jobs)], {
    env: { ...process.env, NINJA_STATUS: "[%f/%t] " },
    onLine: (line) => {
      const [, done, total] = line.match(/^\[(\d+)\/(\d+)\] /) ?? [];
      if (done) progress(`compiling ${done}/${total}`);
    },
  });
}
