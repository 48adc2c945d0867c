import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCacheDir } from "../../../../media/worker/cache-dir.mjs";
import { ensureWorkerBinary } from "../../../../media/worker/worker-binary.mjs";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "torilla-worker-"));
});
afterEach(() => rm(dir, { recursive: true }));

async function writeScript(path: string, exitCode: number): Promise<void> {
  await writeFile(path, `#!/bin/sh\nexit ${exitCode}\n`);
  await chmod(path, 0o755);
}

test("the cache lies where the settings say", () => {
  expect(findCacheDir({ TORILLA_CACHE_DIR: "/c", XDG_CACHE_HOME: "/x" })).toBe("/c");
  expect(findCacheDir({ XDG_CACHE_HOME: "/x" })).toBe("/x/torilla");
  expect(findCacheDir({})).toMatch(/\/\.cache\/torilla$/);
});

test("MEDIASOUP_WORKER_BIN is taken as it is when it is executable, else it is a fault", async () => {
  const path = join(dir, "worker");
  await writeScript(path, 0);
  expect(await ensureWorkerBinary({ env: { MEDIASOUP_WORKER_BIN: path }, cacheDir: dir })).toBe(path);
  await expect(
    ensureWorkerBinary({ env: { MEDIASOUP_WORKER_BIN: `${path}.missing` }, cacheDir: dir }),
  ).rejects.toMatchObject({
    message: expect.stringContaining("MEDIASOUP_WORKER_BIN"),
    advice: expect.any(String),
  });
});

test("a cached worker that runs here is taken without any work", async () => {
  const mediasoupDir = join(dir, "mediasoup");
  await mkdir(mediasoupDir);
  await writeFile(join(mediasoupDir, "package.json"), JSON.stringify({ version: "9.9.9" }));
  const cached = join(dir, "mediasoup-worker", `9.9.9-${process.platform}-${process.arch}-r1`);
  await mkdir(cached, { recursive: true });
  await writeScript(join(cached, "mediasoup-worker"), 41);
  const said: string[] = [];
  const progress = (text: string) => said.push(text);
  const path = await ensureWorkerBinary({ env: {}, cacheDir: dir, mediasoupDir, progress });
  expect(path).toBe(join(cached, "mediasoup-worker"));
  expect(said).toEqual([]);
});

test("a cache folder that cannot be made is a fault that names the setting", async () => {
  const mediasoupDir = join(dir, "mediasoup");
  await mkdir(mediasoupDir);
  await writeFile(join(mediasoupDir, "package.json"), JSON.stringify({ version: "9.9.9" }));
  const file = join(dir, "file");
  await writeFile(file, "");
  await expect(ensureWorkerBinary({ env: {}, cacheDir: file, mediasoupDir })).rejects.toMatchObject({
    message: expect.stringContaining("cache folder"),
    advice: expect.stringContaining("TORILLA_CACHE_DIR"),
  });
});

test("without mediasoup it says what to run", async () => {
  await expect(ensureWorkerBinary({ env: {}, cacheDir: dir, mediasoupDir: dir })).rejects.toMatchObject({
    message: "mediasoup is not installed",
    advice: "Run: npm ci",
  });
});
