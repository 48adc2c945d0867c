import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { joinRoomy } from "../../server/platform/hls/roomy.ts";
import { type Bytes, sendBytes } from "../../server/platform/hls/send-bytes.ts";
import { closeEmptyBody } from "../../server/platform/hls/send-whole.ts";
import { openRaw, type RawConnection, writeGet } from "../support/raw-http.ts";
import { waitFor } from "../support/wait-for.ts";

const BODY = "0123456789";
const roomy: Bytes = {
  body: joinRoomy([Buffer.from("01234"), Buffer.from("56789")]),
  contentType: "video/mp4",
  cacheControl: "public, max-age=3600, immutable",
  etag: '"a.m4s"',
};
/** Without room: http writes the head. */
const plain: Bytes = { ...roomy, body: Buffer.from(BODY) };

let http: Server;
let answers: Record<string, Bytes>;
const sockets: Socket[] = [];

beforeEach(async () => {
  answers = { "/roomy": roomy, "/plain": plain };
  http = createServer((request, response) => {
    closeEmptyBody(request);
    const bytes = answers[request.url!];
    if (bytes === undefined) response.writeHead(404).end();
    else sendBytes(request, response, bytes);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((resolve) => http.close(resolve));
});

async function open(): Promise<RawConnection> {
  const connection = await openRaw(http);
  sockets.push(connection.socket);
  return connection;
}

const count = (text: string, part: string) => text.split(part).length - 1;

/** Status and headers, in the order of their names. */
function headOf(answer: string): string[] {
  const [status, ...headers] = answer.slice(0, answer.indexOf("\r\n\r\n")).split("\r\n");
  return [status!, ...headers.sort()];
}

describe("a whole body with room for its head", () => {
  it("gets the same head as http writes", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 2, 3, 4, 5) });
    const { socket, received } = await open();
    socket.write(writeGet("/roomy"));
    await waitFor(() => received().endsWith(BODY));
    const [status, ...headers] = headOf(received());
    expect([status, ...headers]).toEqual([
      "HTTP/1.1 200 OK",
      "Accept-Ranges: bytes",
      "Cache-Control: public, max-age=3600, immutable",
      "Connection: keep-alive",
      "Content-Length: 10",
      "Content-Type: video/mp4",
      "Cross-Origin-Resource-Policy: same-origin",
      "Date: Mon, 02 Nov 2026 03:04:05 GMT",
      'ETag: "a.m4s"',
      "X-Content-Type-Options: nosniff",
    ]);
    const other = await open();
    other.socket.write(writeGet("/plain"));
    await waitFor(() => other.received().endsWith(BODY));
    // http says too how long it keeps the connection, and takes its date from a clock of its own.
    const namesOf = (lines: string[]) => lines.filter((line) => !/^(?:Date|Keep-Alive):/.test(line));
    expect(namesOf(headOf(received()))).toEqual(namesOf(headOf(other.received())));
  });

  it("is dated anew each second", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 2, 23, 59, 59, 900) });
    const { socket, received } = await open();
    socket.write(writeGet("/roomy"));
    await waitFor(() => received().endsWith(BODY));
    vi.setSystemTime(Date.UTC(2026, 10, 3, 0, 0, 0, 100));
    socket.write(writeGet("/roomy"));
    await waitFor(() => count(received(), BODY) === 2);
    expect(received().match(/Date: .*/g)).toEqual([
      "Date: Mon, 02 Nov 2026 23:59:59 GMT",
      "Date: Tue, 03 Nov 2026 00:00:00 GMT",
    ]);
  });

  it("answers many on one connection, asked one by one or at once, in their order", async () => {
    const { socket, received } = await open();
    socket.write(writeGet("/roomy"));
    await waitFor(() => received().endsWith(BODY));
    socket.write(
      writeGet("/roomy") + writeGet("/none") + writeGet("/roomy") + writeGet("/plain") + writeGet("/roomy"),
    );
    await waitFor(() => count(received(), BODY) === 5);
    expect(
      received()
        .match(/HTTP\/1\.1 \d+/g)
        ?.map((one) => one.slice(9)),
    ).toEqual(["200", "200", "404", "200", "200", "200"]);
    expect(socket.destroyed).toBe(false);
  });

  it("sends no body to HEAD, a part to Range, nothing to whoever has it", async () => {
    const { socket, received } = await open();
    socket.write(writeGet("/roomy").replace("GET", "HEAD"));
    socket.write(
      writeGet("/roomy", "Range: bytes=2-3\r\n") + writeGet("/roomy", 'If-None-Match: "a.m4s"\r\n'),
    );
    await waitFor(() => count(received(), "\r\n\r\n") === 3 && received().includes(" 304 "));
    const [head, part, unchanged] = received().split(/(?=HTTP\/1\.1 )/);
    expect(head).toContain("200 OK");
    expect(head).toMatch(/Content-Length: 10\r\n/);
    expect(head).toMatch(/\r\n\r\n$/);
    expect(part).toMatch(/^HTTP\/1\.1 206 [\s\S]*\r\n\r\n23$/);
    expect(unchanged).toMatch(/^HTTP\/1\.1 304 [\s\S]*\r\n\r\n$/);
  });

  it.each([
    ["HTTP/1.0", "GET /roomy HTTP/1.0\r\nHost: a\r\n\r\n"],
    ["Connection: close", writeGet("/roomy", "Connection: close\r\n")],
  ])("closes the connection of %s behind it", async (_, request) => {
    const { socket, received } = await open();
    const closed = once(socket, "close");
    socket.write(request);
    await closed;
    expect(received()).toMatch(/Connection: close\r\n[\s\S]*0123456789$/);
  });

  it("leaves a request's body behind, not in front of the next request", async () => {
    const { socket, received } = await open();
    socket.write(writeGet("/roomy", "Content-Length: 5\r\n"));
    await waitFor(() => received().endsWith(BODY));
    socket.write(`GET /${writeGet("/none")}`);
    await waitFor(() => received().includes(" 404 "));
    socket.write(writeGet("/roomy"));
    await waitFor(() => count(received(), BODY) === 2);
  });

  it("keeps the head that was asked for first to itself", async () => {
    answers["/other"] = { ...roomy, cacheControl: "no-cache", etag: '"b.m4s"' };
    const { socket, received } = await open();
    socket.write(writeGet("/roomy") + writeGet("/other") + writeGet("/roomy"));
    await waitFor(() => count(received(), BODY) === 3);
    expect(received().match(/ETag: .*/g)).toEqual(['ETag: "a.m4s"', 'ETag: "b.m4s"', 'ETag: "a.m4s"']);
    expect(count(received(), "Cache-Control: no-cache")).toBe(1);
  });
});

it("a waiting request whose client goes away is told so, without a body to read", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  http.removeAllListeners("request");
  let isThere = false;
  http.on("request", (request, response) => {
    closeEmptyBody(request);
    response.on("close", resolve);
    isThere = true;
  });
  const { socket } = await open();
  socket.write(writeGet("/roomy"));
  await waitFor(() => isThere);
  socket.destroy();
  await promise;
});

it("the way round http's own head is taken: these members of its classes are still there", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown[]>();
  http.removeAllListeners("request");
  http.on("request", (request, response) => {
    const { _header, _headerSent } = response as unknown as Record<string, unknown>;
    const { _dumpAndCloseReadable } = request as unknown as Record<string, unknown>;
    resolve([_header, _headerSent, typeof _dumpAndCloseReadable]);
    response.end();
  });
  const { socket } = await open();
  socket.write(writeGet("/roomy"));
  expect(await promise).toEqual([null, false, "function"]);
});
