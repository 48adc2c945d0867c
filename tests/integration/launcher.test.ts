import { existsSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "../../server/platform/process-table.ts";
import {
  createPlace,
  type Launched,
  launch,
  type Place,
  recordedPids,
  waitUntilGone,
} from "../support/launched.ts";
import { waitFor } from "../support/wait-for.ts";

let place: Place;
let lonely: Place;
/** A launcher whose database is nowhere: it waits fifteen seconds for one, while the rest goes on. */
let waiting: Launched;
const started: Launched[] = [];
beforeAll(async () => {
  place = await createPlace();
  lonely = await createPlace();
  const url = "postgresql://nobody@localhost/none?host=/nowhere";
  waiting = launch(lonely, { env: { DATABASE_URL: url } });
});
afterEach(async () => {
  for (const { child, exited } of started.splice(0)) {
    child.kill("SIGTERM");
    await exited;
  }
});
afterAll(async () => {
  waiting.child.kill("SIGTERM");
  await waiting.exited;
  for (const one of [place, lonely]) one.remove();
});

function start(options: Parameters<typeof launch>[1] = {}, where = place): Launched {
  const launched = launch(where, options);
  started.push(launched);
  return launched;
}

async function startReady(options: Parameters<typeof launch>[1] = {}): Promise<Launched> {
  const launched = start(options);
  await launched.says(/Torilla is ready/);
  return launched;
}

interface ServerSaid {
  pid: number;
  grandchild: number;
  database: string;
}
const askServer = () => ask<ServerSaid>({ host: "127.0.0.1", port: place.port });
const askMedia = () =>
  ask<{ pid: number; hasSecrets: boolean }>({ socketPath: join(place.dataDir, "run/media.sock") });

function ask<T>(target: { socketPath: string } | { host: string; port: number }): Promise<T> {
  return new Promise((resolve, reject) => {
    request({ ...target, path: "/healthz", agent: false, timeout: 1_000 }, async (response) => {
      resolve(JSON.parse(Buffer.concat(await response.toArray()).toString()));
    })
      .on("error", reject)
      .end();
  });
}

describe("a start", () => {
  it("sets everything up, seeds and prints the links, the second time in under 10 s", async () => {
    const first = await startReady();
    expect(first.text()).toMatch(/Demo event +http:\/\/localhost:\d+\/e\/demo/);
    expect(first.text()).toMatch(/Host +http:\/\/localhost:\d+\/l\/stub-token/);
    expect((await askServer()).database).toContain("postgresql://torilla:");
    expect((await askMedia()).hasSecrets).toBe(false);
    first.child.kill("SIGTERM");
    expect(await first.exited).toBe(0);

    const startedAt = Date.now();
    const second = await startReady();
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(second.text()).toMatch(/Host +http:\/\/localhost:\d+\/l\/stub-token/);
  });

  it("on a data folder in use ends with one clear sentence", async () => {
    const first = await startReady();
    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.text()).toContain(
      `Torilla already runs on ${place.dataDir} (process ${first.child.pid}, port ${place.port}`,
    );
    expect((await askServer()).pid).toBeGreaterThan(0);
  });

  it("lists all wrong settings and ends with 2", async () => {
    const launched = start({ env: { PORT: "x", TORILLA_MEDIA_PORT: "0" } });
    expect(await launched.exited).toBe(2);
    expect(launched.text()).toMatch(/PORT \("x"\) must be[\s\S]*TORILLA_MEDIA_PORT \("0"\) must be/);
  });

  it("says which port is taken", async () => {
    await startReady();
    const other = await createPlace();
    try {
      const launched = start({ env: { PORT: String(place.port) } }, other);
      expect(await launched.exited).toBe(1);
      expect(launched.text()).toContain(`Port ${place.port} is used by another program`);
    } finally {
      other.remove();
    }
  });

  it("says which process failed, and why, and leaves nothing running", async () => {
    const launched = start({ env: { STUB_MEDIA: "broken" } });
    await waitFor(() => existsSync(join(place.dataDir, "pg/cluster/postmaster.pid")));
    const { postgres } = recordedPids(place);
    expect(await launched.exited).toBe(1);
    expect(launched.text()).toContain("The media node ended with code 3");
    expect(launched.text()).toContain("the worker binary is missing");
    await waitUntilGone([postgres as number]);
  });

  it("says when DATABASE_URL does not answer", async () => {
    await waiting.says(/does not let us in/);
    expect(await waiting.exited).toBe(1);
  });
});

describe("a stop", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("by %s takes under 10 s and leaves no process", async (signal) => {
    const launched = await startReady({ env: { STUB_SERVER: "stubborn" } });
    const { grandchild } = await askServer();
    const pids = [...Object.values(recordedPids(place)), grandchild];
    const stoppedAt = Date.now();
    launched.child.kill(signal);
    expect(await launched.exited).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(10_000);
    await waitUntilGone(pids, 2_000);
  });

  it("by a second Ctrl-C is immediate", async () => {
    const launched = await startReady({ env: { STUB_SERVER: "stubborn" } });
    const pids = Object.values(recordedPids(place));
    launched.child.kill("SIGINT");
    await launched.says(/stopping/);
    launched.child.kill("SIGINT");
    const stoppedAt = Date.now();
    expect(await launched.exited).toBe(130);
    expect(Date.now() - stoppedAt).toBeLessThan(2_000);
    await waitUntilGone(pids);
  });

  it("follows when npm start is gone", async () => {
    const launched = await startReady();
    const pids = Object.values(recordedPids(place));
    launched.child.disconnect();
    expect(await launched.exited).toBe(0);
    await waitUntilGone(pids, 2_000);
  });
});

describe("kill -9", () => {
  it.each(["server", "media node", "postgres"])("of the %s: it is started again", async (name) => {
    const launched = await startReady();
    const { grandchild } = await askServer();
    const victim = recordedPids(place)[name] as number;
    process.kill(victim, "SIGKILL");
    const subject = name === "postgres" ? "PostgreSQL" : `The ${name}`;
    await launched.says(new RegExp(`${subject} ended with SIGKILL: started again at once`));
    await launched.says(new RegExp(`${subject} is back`));
    expect(recordedPids(place)[name]).not.toBe(victim);
    if (name === "server") {
      await waitUntilGone([grandchild]);
      expect((await askServer()).pid).toBe(recordedPids(place).server);
    }
    if (name === "media node") expect((await askMedia()).pid).toBe(recordedPids(place)[name]);
  });

  it("of the launcher: the rest ends by itself, and the next start recovers", async () => {
    const launched = await startReady();
    const pids = Object.values(recordedPids(place));
    launched.child.kill("SIGKILL");
    await launched.exited;
    await waitUntilGone(pids);
    await startReady();
  });

  it("of the launcher amid a hang: the next start ends what is left", async () => {
    const launched = await startReady({ env: { STUB_SERVER: "stubborn" } });
    const { server } = recordedPids(place);
    launched.child.kill("SIGKILL");
    await launched.exited;
    expect(isAlive(server as number)).toBe(true);
    const next = await startReady();
    expect(next.text()).toContain("ended the server that an earlier start left behind");
    expect(isAlive(server as number)).toBe(false);
  });
});

it("a process that hangs is found within seconds and started again at once", async () => {
  const launched = await startReady();
  const victim = recordedPids(place)["media node"] as number;
  process.kill(victim, "SIGSTOP");
  const stoppedAt = performance.now();
  await launched.says(/media node did not answer any more \(it was stopped\)/);
  expect(performance.now() - stoppedAt).toBeLessThan(3_000);
  await launched.says(/media node is back/);
  expect(isAlive(victim)).toBe(false);
});

it("a process whose event loop never returns is found and started again", async () => {
  const launched = await startReady({ env: { STUB_MEDIA: "busy" } });
  // The request is what makes it loop.
  await askMedia().catch(() => {});
  await launched.says(/media node did not answer any more \(it gave no sign/);
});
