import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * One request as it stands, since fetch would put `..` and escapes right before they leave. `target` is what follows
 * the method, byte for byte (latin1). @throws Error when nothing that is HTTP comes back in `timeoutMs`
 */
export async function askRaw(
  url: string,
  target: string,
  { method = "GET", headers = {}, timeoutMs = 10_000 }: AskOptions = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const alarm = setTimeout(() => reject(new Error(`no answer to ${method} ${target}`)), timeoutMs);
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.once("close", () => resolve());
  socket.once("error", reject);
  const lines = Object.entries({ host: `${hostname}:${port}`, connection: "close", ...headers });
  const head = [`${method} ${target} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), "", ""];
  socket.write(Buffer.from(head.join("\r\n"), "latin1"));
  try {
    await promise;
  } finally {
    clearTimeout(alarm);
    socket.destroy();
  }
  return parse(Buffer.concat(chunks));
}

/** A connection on which requests are written as they stand. */
export interface RawConnection {
  socket: Socket;
  /** All that came so far, latin1. */
  received(): string;
}

/** To a server on this machine; the caller destroys the socket. */
export async function openRaw(server: Server): Promise<RawConnection> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  let text = "";
  socket.on("data", (data) => {
    text += data.toString("latin1");
  });
  await once(socket, "connect");
  return { socket, received: () => text };
}

/** A GET as it is written; `extra` is whole header lines, each with its end. */
export const writeGet = (path: string, extra = "") => `GET ${path} HTTP/1.1\r\nHost: a\r\n${extra}\r\n`;

interface AskOptions {
  method?: string;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

function parse(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) throw new Error(`no HTTP: ${bytes.subarray(0, 100).toString("latin1")}`);
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(first.split(" ")[1]), headers, body: bytes.subarray(end + 4) };
}
