import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { LinkServer } from "../../media/link/link-server.ts";
import type { RequestHandler } from "../../media/link/request-handler.ts";
import { MediaError } from "../../media/media-error.ts";
import { MAX_MEDIA_FRAME_BYTES, MEDIA_SECRET_HEADER } from "../../server/contract/media.ts";
import { MediaLink } from "../../server/platform/media-link/media-link.ts";
import { testLog, untilConnected } from "../support/media-planes.ts";
import { waitFor } from "../support/wait-for.ts";

/* The wire between server and media node, without a node behind it. */

const description = { nodeId: "test", stages: [], rooms: [] };
const stageId = "00000000-0000-4000-8000-000000000001";
const broadcastId = "00000000-0000-4000-8000-000000000002";
const part = {
  stageId,
  broadcastId,
  notice: {
    type: "part" as const,
    run: "r1",
    rendition: "v720" as const,
    msn: 0,
    part: 0,
    file: "r1-v720-0-0.m4s",
    durationSeconds: 0.333,
    isIndependent: true,
    programDateTimeMs: 1,
  },
};

let folder: string;
let socketPath: string;
let server: LinkServer;
let handled: [string, unknown][];
let handle: RequestHandler;
const closing: (() => Promise<void> | void)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "torilla-link-"));
  socketPath = path.join(folder, "run", "media.sock");
  handled = [];
  handle = async () => description as never;
  server = await startServer();
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function startServer(): Promise<LinkServer> {
  const started = await LinkServer.create({
    address: { socketPath },
    secret: null,
    handle: async (name, data) => {
      handled.push([name, data]);
      return await handle(name, data);
    },
    log: testLog,
  });
  closing.push(() => started.close());
  return started;
}

async function connectLink(options: { requestTimeoutMs?: number } = {}): Promise<MediaLink> {
  const link = new MediaLink({ link: { kind: "socket", path: socketPath }, log: testLog, ...options });
  closing.push(() => link.close());
  await untilConnected(link);
  return link;
}

async function connectRaw(headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(`ws+unix://${socketPath}:/`, { headers });
  closing.push(() => socket.terminate());
  await once(socket, "open");
  return socket;
}

describe("requests", () => {
  it("are answered each with its own, in whatever order they are done", async () => {
    const link = await connectLink();
    handle = (async (_name: string, data: { roomId: string }) => {
      await new Promise((resolve) => setTimeout(resolve, data.roomId.endsWith("a") ? 50 : 1));
      return { routerRtpCapabilities: { room: data.roomId } };
    }) as never;
    const ids = ["a", "b"].map((end) => `booth:00000000-0000-4000-8000-00000000000${end}`);
    const answers = await Promise.all(ids.map((roomId) => link.request("room:open", { roomId })));
    expect(answers.map((answer) => answer.routerRtpCapabilities.room)).toEqual(ids);
  });

  it("are refused with the node's code, and a bug of the node with `internal` and no detail", async () => {
    const link = await connectLink();
    handle = async () => {
      throw new MediaError("room_full", "full");
    };
    await expect(link.request("node:describe", {})).rejects.toMatchObject({ code: "room_full" });
    handle = async () => {
      throw new Error("secret detail");
    };
    const failure = await link.request("node:describe", {}).catch((error: Error & { code: string }) => error);
    expect(failure).toMatchObject({ code: "internal" });
    expect(JSON.stringify(failure)).not.toContain("secret detail");
  });

  it("that are not of the contract reach nobody", async () => {
    const link = await connectLink();
    for (const [name, data] of [
      ["node:explode", {}],
      ["constructor", {}],
      ["room:open", { roomId: "booth:1" }],
      ["room:open", { roomId: `booth:${stageId}`, isAdmin: true }],
      ["room:leave", null],
    ] as const) {
      await expect(link.request(name as never, data as never)).rejects.toMatchObject({ code: "bad_request" });
    }
    expect(handled).toEqual([]);
  });

  it("have a deadline; a late answer disturbs nobody", async () => {
    const link = await connectLink({ requestTimeoutMs: 60 });
    handle = async () => {
      await new Promise((resolve) => setTimeout(resolve, 120));
      return description as never;
    };
    await expect(link.request("node:describe", {})).rejects.toMatchObject({ code: "timeout" });
    await new Promise((resolve) => setTimeout(resolve, 120));
    handle = async () => description as never;
    await expect(link.request("node:describe", {})).resolves.toEqual(description);
  });

  it("under way when the node goes are refused at once, and the link comes back", async () => {
    const link = await connectLink();
    const changes: boolean[] = [];
    link.onConnection((isConnected) => void changes.push(isConnected));
    handle = () => new Promise(() => undefined);
    const pending = link.request("node:describe", {});
    await waitFor(() => handled.length === 1);
    await server.close();
    await expect(pending).rejects.toMatchObject({ code: "media_unavailable" });
    await expect(link.request("node:describe", {})).rejects.toMatchObject({ code: "media_unavailable" });
    handle = async () => description as never;
    server = await startServer();
    await untilConnected(link);
    expect(await link.request("node:describe", {})).toEqual(description);
    expect(changes).toEqual([true, false, true]);
  });

  it("whose answer is not of the contract fail", async () => {
    const link = await connectLink();
    handle = async () => ({ nodeId: 7 }) as never;
    await expect(link.request("node:describe", {})).rejects.toMatchObject({ code: "internal" });
  });
});

describe("notices", () => {
  it("come in order, a part with its bytes", async () => {
    const link = await connectLink();
    const heard: unknown[] = [];
    link.onNotice(
      "store:written",
      ({ notice }, bytes) => void heard.push([notice.type, bytes?.toString() ?? null]),
    );
    server.notify("store:written", part, Buffer.from("moof mdat"));
    server.notify("store:written", {
      stageId,
      broadcastId,
      notice: { type: "runEnd", run: "r1", endedAtMs: 1 },
    });
    await waitFor(() => heard.length === 2);
    expect(heard).toEqual([
      ["part", "moof mdat"],
      ["runEnd", null],
    ]);
  });

  it("reach the others when one listener throws, and nobody who unsubscribed", async () => {
    const link = await connectLink();
    const heard: string[] = [];
    link.onNotice("stage:sceneChanged", () => {
      throw new Error("a bug");
    });
    const undo = link.onNotice("stage:sceneChanged", () => void heard.push("undone"));
    link.onNotice("stage:sceneChanged", ({ scene }) => void heard.push(scene));
    undo();
    server.notify("stage:sceneChanged", { stageId, scene: "full" });
    await waitFor(() => heard.length > 0);
    expect(heard).toEqual(["full"]);
  });

  it("of parts are dropped for a server that does not read; the rest waits for it, the others hear all", async () => {
    const link = await connectLink();
    let heardParts = 0;
    link.onNotice("store:written", () => {
      heardParts += 1;
    });
    const slow = await connectRaw();
    slow.pause();
    const bytes = Buffer.alloc(512 * 1024);
    for (let sent = 0; sent < 60; sent += 1) {
      server.notify("store:written", part, bytes);
      await waitFor(() => heardParts === sent + 1);
    }
    server.notify("stage:sceneChanged", { stageId, scene: "full" });
    const frames: boolean[] = [];
    const lastText = new Promise<string>((resolve) => {
      slow.on("message", (data, isBinary) => {
        frames.push(isBinary);
        if (!isBinary) resolve(String(data));
      });
    });
    slow.resume();
    expect(JSON.parse(await lastText)).toMatchObject({ name: "stage:sceneChanged" });
    expect(frames.length - 1).toBeLessThan(60);
  });
});

describe("strangers", () => {
  it("who send what is no request are cut off; the server is not", async () => {
    const link = await connectLink();
    const bad = [
      "",
      "{",
      "[]",
      JSON.stringify({ type: "notice", name: "x", data: {} }),
      Buffer.from([1, 2, 3]),
    ];
    for (const frame of bad) {
      const raw = await connectRaw();
      const closed = once(raw, "close");
      raw.send(frame);
      await closed;
    }
    const huge = await connectRaw();
    const closed = once(huge, "close");
    huge.send("x".repeat(MAX_MEDIA_FRAME_BYTES + 1));
    await closed;
    expect(await link.request("node:describe", {})).toEqual(description);
    expect(handled).toHaveLength(1);
  });

  it("on TCP are kept out without the secret", async () => {
    const secret = "a-secret-of-more-than-thirty-two-characters";
    const tcp = await LinkServer.create({
      address: { host: "127.0.0.1", port: 0 },
      secret,
      handle,
      log: testLog,
    });
    closing.push(() => tcp.close());
    for (const headers of [{}, { [MEDIA_SECRET_HEADER]: "wrong" }, { [MEDIA_SECRET_HEADER]: `${secret}x` }]) {
      const socket = new WebSocket(`ws://127.0.0.1:${tcp.port}/`, { headers });
      const [error] = (await once(socket, "error")) as [Error];
      expect(error.message).toContain("401");
    }
    const link = new MediaLink({
      link: { kind: "network", host: "127.0.0.1", port: tcp.port, secret },
      log: testLog,
    });
    closing.push(() => link.close());
    await untilConnected(link);
    expect(await link.request("node:describe", {})).toEqual(description);
  });

  it("find a socket that only its owner may open, and no second node on it", async () => {
    expect(statSync(socketPath).mode & 0o077).toBe(0);
    expect(statSync(path.dirname(socketPath)).mode & 0o077).toBe(0);
    await expect(startServer()).rejects.toThrow(/another media node/);
    const probe = connect(socketPath);
    await once(probe, "connect");
    probe.destroy();
  });
});
