import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io } from "socket.io-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CONTRACT_VERSION } from "../../server/contract/realtime.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { findFreePort } from "../support/free-port.ts";
import { waitFor } from "../support/wait-for.ts";

let database: TestDatabase;
let dataDir: string;
beforeAll(async () => {
  database = await createTestDatabase({ isEmpty: true });
  dataDir = mkdtempSync(join(tmpdir(), "torilla-process-"));
});
afterAll(async () => {
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Running {
  process: ChildProcess;
  output(): string;
  exitCode: Promise<number | null>;
}

function start(environment: Record<string, string>): Running {
  const child = spawn(process.execPath, ["server/main.ts"], {
    cwd: join(import.meta.dirname, "../.."),
    env: {
      PATH: process.env.PATH,
      TORILLA_DATA_DIR: dataDir,
      TORILLA_ANNOUNCED_ADDRESS: "127.0.0.1",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once("exit", resolve);
  return { process: child, output: () => output, exitCode: promise };
}

test("the process migrates, serves without a media node, and ends in order with sockets open", async () => {
  const [port, metricsPort] = [await findFreePort(), await findFreePort()];
  const running = start({
    DATABASE_URL: database.url,
    PORT: String(port),
    HOST: "127.0.0.1",
    TORILLA_METRICS_PORT: String(metricsPort),
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(
    () =>
      fetch(`${url}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      ),
    { timeoutMs: 20_000, what: running.output() },
  );
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { isReady: false, database: true, media: false }]);
  expect(await (await fetch(`${url}/api/events`)).json()).toEqual({ events: [] });
  const socket = io(url, {
    transports: ["websocket"],
    auth: { contractVersion: CONTRACT_VERSION },
    reconnection: false,
  });
  await waitFor(() => socket.connected, { what: "the socket" });
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  expect(metrics).toMatch(/^torilla_sockets 1$/m);
  expect(metrics).toContain('torilla_http_answers_total{door="listEvents",code="ok"} 1');
  expect((await fetch(`${url}/metrics`)).headers.get("content-type")).not.toContain("text/plain; version");

  const beganMs = performance.now();
  running.process.kill("SIGTERM");
  expect(await running.exitCode).toBe(0);
  expect(performance.now() - beganMs).toBeLessThan(5_000);
  await waitFor(() => !socket.connected, { what: "the socket's end" });
  socket.close();
  expect(running.output()).not.toMatch(/"level":(?:50|60)/);
});

test("settings that are wrong stop the start with a sentence", async () => {
  const running = start({ DATABASE_URL: database.url, PORT: "many" });
  expect(await running.exitCode).toBe(1);
  expect(running.output()).toContain('PORT ("many") must be a port number');
});
