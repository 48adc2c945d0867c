import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import express from "express";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientFiles } from "../../server/platform/client-files.ts";

const script = `console.log("${"torilla ".repeat(200)}")`;
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "client-files-"));
  await mkdir(join(folder, "assets"));
  const path = join(folder, "assets", "a.js");
  await Promise.all([
    writeFile(path, script),
    writeFile(`${path}.br`, brotliCompressSync(script)),
    writeFile(`${path}.gz`, gzipSync(script)),
    writeFile(join(folder, "assets", "plain.js"), "1"),
  ]);
  const app = express();
  app.use(clientFiles(folder, (_request, _response, next) => next()));
  server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** In which coding it comes; `null`: as it is. */
function codingOf(path: string, accepted: string): Promise<string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const headers = accepted === "" ? {} : { "accept-encoding": accepted };
  request({ port: (server.address() as AddressInfo).port, path, headers }, (response) => {
    response.resume();
    resolve(response.headers["content-encoding"] ?? null);
  })
    .on("error", reject)
    .end();
  return promise;
}

test.each([
  { who: "Chromium", accepted: "gzip, deflate, br, zstd", coding: "br" },
  { who: "Firefox", accepted: "gzip, deflate, br", coding: "br" },
  { who: "a proxy without brotli", accepted: "gzip, deflate", coding: "gzip" },
  { who: "a client that refuses brotli", accepted: "br;q=0, gzip", coding: "gzip" },
  { who: "a client that takes nothing", accepted: "identity", coding: null },
  { who: "a client that says nothing", accepted: "", coding: null },
])("the smallest coding that $who takes: $coding", async ({ accepted, coding }) => {
  expect(await codingOf("/assets/a.js", accepted)).toBe(coding);
});

test("what has no smaller form comes as it is", async () => {
  expect(await codingOf("/assets/plain.js", "gzip, deflate, br")).toBeNull();
});
