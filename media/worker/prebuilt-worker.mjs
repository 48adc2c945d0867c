// mediasoup publishes built workers beside its releases; its own postinstall (npm-scripts.mjs) uses the same addresses.
import { writeFile } from "node:fs/promises";
import { arch, platform, release } from "node:os";
import { gunzipSync } from "node:zlib";

/** How long the release server may take to answer at all: where it is blocked, a build should not wait for it. */
const ANSWER_TIMEOUT_MS = 4_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** The address of the worker built for this machine. */
export function prebuiltWorkerUrl(mediasoup, env = process.env) {
  const kernel = platform() === "linux" ? `-kernel${Number(release().split(".")[0])}` : "";
  const base =
    env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL ||
    `${mediasoup.repository.url.replace(/^git\+/, "").replace(/\.git$/, "")}/releases/download`;
  const name = `mediasoup-worker-${mediasoup.version}-${platform()}-${arch()}${kernel}.tgz`;
  return `${base}/${mediasoup.version}/${name}`;
}

/**
 * Downloads it to `path`. Resolves with `null`, or with the reason why there is none.
 * @param {{ url: string, path: string, progress: (text: string) => void }} options
 * @returns {Promise<string | null>}
 */
export async function downloadPrebuiltWorker({ url, path, progress }) {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), ANSWER_TIMEOUT_MS);
  try {
    progress("looking for a prebuilt one");
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) return `${new URL(url).host} answered ${response.status}`;
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), DOWNLOAD_TIMEOUT_MS);
    const chunks = [];
    let received = 0;
    for await (const chunk of response.body) {
      received += chunk.length;
      if (received > MAX_BYTES) return "the archive is too large";
      chunks.push(chunk);
      progress(`downloading a prebuilt one, ${(received / 1e6).toFixed(1)} MB`);
    }
    const worker = readTarEntry(gunzipSync(Buffer.concat(chunks)), /^(\.\/)?mediasoup-worker(\.exe)?$/);
    if (worker === null) return "the archive holds no worker";
    await writeFile(path, worker, { mode: 0o755 });
    return null;
  } catch (error) {
    const reason = abort.signal.aborted ? "no answer in time" : (error.cause?.code ?? error.message);
    return `${new URL(url).host} cannot be used (${reason})`;
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

/** The content of the first regular file whose name matches, or `null` (POSIX ustar: 512-byte headers). */
export function readTarEntry(/** @type {Buffer} */ tar, /** @type {RegExp} */ name) {
  for (let at = 0; at + 512 <= tar.length; ) {
    const header = tar.subarray(at, at + 512);
    const entryName = header.toString("utf8", 0, 100).replace(/\0.*$/s, "");
    const size = Number.parseInt(header.toString("ascii", 124, 136).replace(/\0.*$/s, "").trim() || "0", 8);
    const isFile = header[156] === 0x30 || header[156] === 0;
    if (Number.isNaN(size) || entryName === "") return null;
    if (isFile && name.test(entryName)) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return null;
}
