import { once } from "node:events";
import { Agent, createServer, get as httpGet, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answerEarly } from "../../server/platform/hls/answer-early.ts";
import { joinRoomy } from "../../server/platform/hls/roomy.ts";
import { answerOf, type Bytes, sendBytes } from "../../server/platform/hls/send-bytes.ts";
import { openRaw, type RawConnection, writeGet } from "../support/raw-http.ts";
import { waitFor } from "../support/wait-for.ts";

const BODY = "0123456789";
const bytesOf = (body: Buffer, etag: string): Bytes => ({
  body: joinRoomy([body]),
  contentType: "video/mp4",
  cacheControl: "public, max-age=3600, immutable",
  etag,
});

let http: Server;
let inMemory: Record<string, Bytes>;
/** Addresses that came the usual way. */
let usual: string[];
/** What `/slow` waits for. */
let slow: PromiseWithResolvers<void>;
const sockets: Socket[] = [];
const servers: Server[] = [];

beforeEach(async () => {
  usual = [];
  slow = Promise.withResolvers();
  inMemory = { "/a": bytesOf(Buffer.from(BODY), '"a"') };
  http = await listen((url) => (inMemory[url] ? answerOf(inMemory[url]) : null));
});
afterEach(async () => {
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(find: ((url: string) => Buffer | null) | null): Promise<Server> {
  const server = createServer(async (request, response) => {
    usual.push(`${request.method} ${request.url}`);
    if (request.url === "/slow") await slow.promise;
    const bytes = inMemory[request.url!];
    if (bytes === undefined) response.writeHead(404, { "Content-Length": 0 }).end();
    else sendBytes(request, response, bytes);
  });
  if (find) answerEarly(server, find);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function open(server = http): Promise<RawConnection> {
  const connection = await openRaw(server);
  sockets.push(connection.socket);
  return connection;
}

const statusesOf = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);

describe("a plain GET of what lies in memory", () => {
  it("gets what the usual way sends, without a request being made", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 2, 3, 4, 5) });
    const { socket, received } = await open();
    socket.write(
      writeGet("/a", "User-Agent: test\r\nAccept: */*\r\nConnection: keep-alive\r\nRange-Not: 1\r\n"),
    );
    await waitFor(() => received().endsWith(BODY));
    expect(usual).toEqual([]);
    const other = await open(await listen(null));
    other.socket.write(writeGet("/a"));
    await waitFor(() => other.received().endsWith(BODY));
    expect(usual).toEqual(["GET /a"]);
    expect(received()).toBe(other.received());
  });

  it.each([
    ["HEAD", writeGet("/a").replace("GET", "HEAD"), "200"],
    ["Range", writeGet("/a", "Range: bytes=2-3\r\n"), "206"],
    ["range, spelt otherwise", writeGet("/a", "rAnGe: bytes=2-3\r\n"), "206"],
    ["If-None-Match", writeGet("/a", 'If-None-Match: "a"\r\n'), "304"],
    ["a body", writeGet("/a", "Content-Length: 2\r\n").concat("hi"), "200"],
    [
      "a chunked body",
      writeGet("/a", "Transfer-Encoding: chunked\r\n").concat("2\r\nhi\r\n0\r\n\r\n"),
      "200",
    ],
    ["POST", writeGet("/a").replace("GET", "POST"), "200"],
    ["HTTP/1.0", "GET /a HTTP/1.0\r\nHost: a\r\n\r\n", "200"],
    ["Connection: close", writeGet("/a", "Connection: close\r\n"), "200"],
    ["many headers", writeGet("/a", Array.from({ length: 40 }, (_, n) => `X-${n}: 1\r\n`).join("")), "200"],
  ])("goes the usual way with %s, and the connection is right behind it", async (_, request, status) => {
    const { socket, received } = await open();
    socket.write(writeGet("/a") + request);
    await waitFor(() => statusesOf(received()).length === 2);
    expect(statusesOf(received())).toEqual(["200", status]);
    expect(usual).toHaveLength(1);
    if (/1\.0|close/.test(request)) return void (await waitFor(() => socket.closed));
    socket.write(writeGet("/none"));
    await waitFor(() => statusesOf(received()).at(-1) === "404");
  });

  it("is refused without a Host, and when it is no HTTP, as ever", async () => {
    for (const wrong of [
      "GET /a HTTP/1.1\r\n\r\n",
      "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    ]) {
      const { socket, received } = await open();
      socket.write(wrong);
      await waitFor(() => received() !== "");
      expect(statusesOf(received())).toEqual(["400"]);
    }
  });

  it("waits for the answers to what was asked before it on the connection", async () => {
    const { socket, received } = await open();
    socket.write(writeGet("/a") + writeGet("/slow") + writeGet("/a") + writeGet("/none") + writeGet("/a"));
    await waitFor(() => usual.length === 4);
    expect(statusesOf(received())).toEqual(["200"]);
    slow.resolve();
    await waitFor(() => statusesOf(received()).length === 5);
    expect(statusesOf(received())).toEqual(["200", "404", "200", "404", "200"]);
    socket.write(writeGet("/a"));
    await waitFor(() => statusesOf(received()).length === 6);
    expect(usual).toEqual(["GET /slow", "GET /a", "GET /none", "GET /a"]);
  });

  it("heaps up no answers for who asks and does not read", async () => {
    inMemory["/large"] = bytesOf(Buffer.alloc(4 * 1024 ** 2), '"large"');
    const connected = once(http, "connection") as Promise<[Socket]>;
    const { socket } = await open();
    const [served] = await connected;
    socket.pause();
    socket.write(writeGet("/large").repeat(40));
    await waitFor(() => served.writableLength > 0);
    await waitFor(() => usual.length === 39);
    // One early, one of http's; the others lie with http, each the same memory.
    expect(served.writableLength).toBeLessThan(2.5 * 4 * 1024 ** 2);
    let read = 0;
    socket.on("data", (data) => {
      read += data.length;
    });
    socket.resume();
    await waitFor(() => read >= 40 * 4 * 1024 ** 2, { what: "all forty answers" });
  });
});

it("parsers that served it serve other servers, upgrades and clients of the process", async () => {
  const other = await listen(null);
  http.on("upgrade", (_request: IncomingMessage, socket: Socket) => socket.end("HTTP/1.1 101 OK\r\n\r\n"));
  const agent = new Agent({ keepAlive: false });
  for (let round = 0; round < 3; round += 1) {
    const { socket, received } = await open();
    socket.write(writeGet("/a"));
    await waitFor(() => received().endsWith(BODY));
    socket.write(writeGet("/a", "Connection: Upgrade\r\nUpgrade: x\r\n"));
    await once(socket, "close");
    expect(statusesOf(received())).toEqual(["200", "101"]);
    for (const server of [other, http]) {
      const asked = httpGet({ port: portOf(server), path: "/a", agent });
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      const chunks = await response.toArray();
      expect(Buffer.concat(chunks).toString()).toBe(BODY);
    }
  }
  // Node's own client asks to close the connection.
  expect(usual).toEqual(Array.from({ length: 6 }, () => "GET /a"));
});

it("the parser's members that it is taken from are still there", async () => {
  const connected = once(http, "connection") as Promise<[Socket & { parser: Record<string, unknown> }]>;
  await open();
  const [{ parser }] = await connected;
  expect(typeof (parser.constructor as { kOnHeadersComplete?: unknown }).kOnHeadersComplete).toBe("number");
  expect(parser).toHaveProperty("incoming");
});
