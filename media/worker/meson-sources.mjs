// Which sources mediasoup's worker consists of, read out of the build files of its npm package.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The strings of every `name = [...]` and `name += [...]` in a meson file, in order. Comments are dropped.
 * @param {string} mesonText
 * @param {string} name
 * @returns {string[]}
 */
export function readMesonList(mesonText, name) {
  const text = mesonText.replace(/#.*$/gm, "");
  const lists = text.matchAll(new RegExp(`\\b${name}\\s*\\+?=\\s*\\[([^\\]]*)\\]`, "g"));
  return [...lists].flatMap(([, body]) => [...body.matchAll(/'([^']+)'/g)].map(([, item]) => item));
}

/**
 * Every source of the executable, relative to `workerDir` (mediasoup's `worker/`).
 * @param {string} workerDir
 * @returns {Promise<string[]>}
 */
export async function readWorkerSources(workerDir) {
  const read = (/** @type {string} */ path) => readFile(join(workerDir, path), "utf8");
  const common = readMesonList(await read("meson.build"), "common_sources");
  const libwebrtc = readMesonList(await read("deps/libwebrtc/meson.build"), "libwebrtc_sources");
  if (common.length < 100 || libwebrtc.length < 10) {
    throw new Error(`mediasoup's meson.build lists ${common.length} + ${libwebrtc.length} sources, too few`);
  }
  return [...new Set([...common, ...libwebrtc.map((path) => `deps/libwebrtc/${path}`), "src/main.cpp"])];
}
