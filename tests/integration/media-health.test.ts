/* The container's health check of the media node, on processes that answer, hang, and are not there. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ROOT_DIR } from "../../server/config.ts";
import { isAlive } from "../../server/platform/process-table.ts";
import { findFreePort } from "../support/free-port.ts";
import { waitFor } from "../support/wait-for.ts";

/** Listens as the link does. */
const LINK =
  "require('node:http').createServer((q, a) => a.writeHead(426).end()).listen(+process.argv[1], '127.0.0.1')";

let folder: string;
let port: number;
let node: ChildProcess;
let isGone: Promise<unknown>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "torilla-health-"));
  port = await findFreePort();
  node = spawn(process.execPath, ["-e", LINK, String(port)]);
  isGone = new Promise((resolve) => node.once("exit", resolve));
  await waitFor(() =>
    fetch(`http://127.0.0.1:${port}`).then(
      ({ status }) => status === 426,
      () => false,
    ),
  );
});
afterEach(async () => {
  node.kill("SIGKILL");
  await isGone;
  rmSync(folder, { recursive: true, force: true });
});

/** Exit code. */
function check(...args: string[]): Promise<number> {
  const env = {
    PATH: process.env.PATH,
    TORILLA_MEDIA_HOST: "0.0.0.0",
    TORILLA_MEDIA_LINK_PORT: String(port),
    TORILLA_MEDIA_SECRET: "a".repeat(32),
  };
  return promisify(execFile)(process.execPath, ["media/check-health.ts", ...args], {
    cwd: ROOT_DIR,
    env,
  }).then(
    () => 0,
    ({ code }: { code: number }) => code,
  );
}
/** As Linux lists the children of the container's first process. */
function childrenFile(): string {
  const file = join(folder, "children");
  writeFileSync(file, `${node.pid} `);
  return file;
}

test("a node that answers is healthy and left alone", async () => {
  expect(await check(childrenFile())).toBe(0);
  expect(isAlive(node.pid!)).toBe(true);
});

test("a node that hangs is found and ended, so that its container starts again", async () => {
  node.kill("SIGSTOP");
  expect(await check(childrenFile())).toBe(1);
  await isGone;
  expect(node.signalCode).toBe("SIGKILL");
});

test("a node that does not listen yet is unhealthy and not ended", async () => {
  const file = childrenFile();
  port = await findFreePort();
  expect(await check(file)).toBe(1);
  expect(isAlive(node.pid!)).toBe(true);
});
