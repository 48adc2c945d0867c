import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  downloadPrebuiltWorker,
  prebuiltWorkerUrl,
  readTarEntry,
} from "../../../../media/worker/prebuilt-worker.mjs";

let dir = "";
const url = "https://releases.example/worker.tgz";

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "torilla-prebuilt-"));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await rm(dir, { recursive: true });
});

/** A POSIX tar with one file. */
function makeTar(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("0", 156);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}

function answer(status: number, body: Buffer): void {
  vi.stubGlobal("fetch", async () => new Response(new Uint8Array(body), { status }));
}

test("asks where mediasoup's own postinstall asks", () => {
  const mediasoup = {
    version: "3.27.1",
    repository: { url: "git+https://github.com/versatica/mediasoup.git" },
  };
  expect(prebuiltWorkerUrl(mediasoup, {})).toMatch(
    /^https:\/\/github\.com\/versatica\/mediasoup\/releases\/download\/3\.27\.1\/mediasoup-worker-3\.27\.1-\w+-\w+(-kernel\d+)?\.tgz$/,
  );
  expect(
    prebuiltWorkerUrl(mediasoup, { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: "https://mirror.example/m" }),
  ).toMatch(/^https:\/\/mirror\.example\/m\/3\.27\.1\//);
});

test("unpacks the worker, executable", async () => {
  const content = Buffer.from("a worker".repeat(200));
  answer(200, gzipSync(makeTar("mediasoup-worker", content)));
  const path = join(dir, "worker");
  expect(await downloadPrebuiltWorker({ url, path, progress: () => {} })).toBeNull();
  expect(await readFile(path)).toEqual(content);
  expect((await stat(path)).mode & 0o111).not.toBe(0);
});

test("says why there is none", async () => {
  const path = join(dir, "worker");
  const reasonOf = () => downloadPrebuiltWorker({ url, path, progress: () => {} });
  answer(404, Buffer.from("no"));
  expect(await reasonOf()).toBe("releases.example answered 404");
  answer(200, Buffer.from("not gzip"));
  expect(await reasonOf()).toMatch(/cannot be used/);
  vi.stubGlobal("fetch", () =>
    Promise.reject(new TypeError("fetch failed", { cause: { code: "ENOTFOUND" } })),
  );
  expect(await reasonOf()).toBe("releases.example cannot be used (ENOTFOUND)");
});

test("a tar without the worker, cut short or malformed has none", () => {
  expect(readTarEntry(makeTar("other", Buffer.from("x")), /^mediasoup-worker$/)).toBeNull();
  expect(readTarEntry(Buffer.alloc(100), /^mediasoup-worker$/)).toBeNull();
  expect(readTarEntry(Buffer.alloc(512, 0xff), /^mediasoup-worker$/)).toBeNull();
});
