import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import pino from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createNoticeRelay, type NoticeRelay } from "../../server/platform/notice-relay.ts";
import type { SendNotice } from "../../server/platform/notifier.ts";
import { findFreePort } from "../support/free-port.ts";
import { waitFor } from "../support/wait-for.ts";

const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
const log = pino({ level: "silent" });

describe.runIf(hasRedis)("notices between servers", () => {
  let port: number;
  let redis: ChildProcess;
  const relays: NoticeRelay[] = [];

  function startRedis(): void {
    redis = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", ""], {
      stdio: "ignore",
    });
  }
  async function stopRedis(): Promise<void> {
    const gone = new Promise((resolve) => redis.once("exit", resolve));
    redis.kill("SIGKILL");
    await gone;
  }
  function createServerEnd(): { relay: NoticeRelay; heard: string[] } {
    const heard: string[] = [];
    const deliver: SendNotice = (channel, name, _data, except) =>
      heard.push([channel, name, except].filter((part) => part !== undefined).join(" "));
    const relay = createNoticeRelay({ url: `redis://127.0.0.1:${port}`, deliver, log });
    relays.push(relay);
    return { relay, heard };
  }

  beforeAll(async () => {
    port = await findFreePort();
    startRedis();
  });
  afterEach(() => {
    for (const relay of relays.splice(0)) relay.close();
  });
  afterAll(stopRedis);

  /** Sends until the other end has heard, since a subscription takes its time. */
  async function meet(one: ReturnType<typeof createServerEnd>, two: ReturnType<typeof createServerEnd>) {
    await waitFor(
      () => {
        one.relay.send("stage/meet", "stage:changed", {});
        return two.heard.length > 0;
      },
      { timeoutMs: 10_000 },
    );
    one.heard.length = 0;
    two.heard.length = 0;
  }

  it("reach the other server once, and the own sockets at once", async () => {
    const [one, two] = [createServerEnd(), createServerEnd()];
    await meet(one, two);
    one.relay.send("chat/1", "chat:entryAdded" as never, { text: "x" }, "peer/x");
    expect(one.heard).toEqual(["chat/1 chat:entryAdded peer/x"]);
    await waitFor(() => two.heard.includes("chat/1 chat:entryAdded peer/x"));
    expect(one.heard).toHaveLength(1);
  });

  it("of rooms stay, since every server hears the media node itself", async () => {
    const [one, two] = [createServerEnd(), createServerEnd()];
    await meet(one, two);
    one.relay.send("room/booth:1", "room:peerLeft" as never, {});
    one.relay.send("stage/after", "stage:changed", {});
    await waitFor(() => two.heard.includes("stage/after stage:changed"));
    expect(two.heard.filter((line) => line.startsWith("room/"))).toEqual([]);
  });

  it("reach the own sockets without Redis, and the others again once it is back", async () => {
    const [one, two] = [createServerEnd(), createServerEnd()];
    await meet(one, two);
    await stopRedis();
    one.relay.send("stage/alone", "stage:changed", {});
    expect(one.heard).toEqual(["stage/alone stage:changed"]);
    startRedis();
    await meet(one, two);
    expect(two.heard).not.toContain("stage/alone stage:changed");
  });
});
