/*
 * What lies whole in memory (send-whole.ts) is answered as soon as Node's parser has read a request's head, before Node
 * makes a request, a response and two streams of it: with 50 kB those are half of the cost. Node has no door for it
 * either: this file uses the parser's own callback (`socket.parser`, `kOnHeadersComplete`, `_httpMessage`; Node 24).
 * Where one is missing, and for all that is not as plain as can be, http goes its usual way; the parser stays Node's.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";

/** The whole answer to a GET of this address, head included; `null`: http shall go its usual way. */
type FindAnswer = (url: string) => Buffer | null;

interface Parser {
  readonly constructor: { kOnHeadersComplete?: unknown };
  socket?: (HttpSocket & { server?: Server }) | null;
  incoming: unknown;
  [callback: number]: unknown;
}

interface HttpSocket extends Socket {
  parser?: Parser | null;
  /** The response that is written or being made. */
  _httpMessage?: unknown;
}

/** Of a parser's callback, in their order. */
type Head = [
  versionMajor: number,
  versionMinor: number,
  headers: string[] | undefined,
  method: number | undefined,
  url: string | undefined,
  statusCode: unknown,
  statusMessage: unknown,
  upgrade: boolean,
  shouldKeepAlive: boolean,
];

/** llhttp's number. */
const GET = 1;
/** With one of these a request has a body, or wants something else than all. */
const TELLING: ReadonlySet<string> = new Set([
  "content-length",
  "expect",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "range",
  "transfer-encoding",
]);
const LENGTHS: ReadonlySet<number> = new Set([...TELLING].map((name) => name.length));

const answersOf = new WeakMap<Server, FindAnswer>();
/** Node's callback, one for all parsers. */
let usual: ((this: Parser, ...head: Head) => unknown) | null = null;

/** From now on `find` is asked first about each plain GET of `http`. */
export function answerEarly(http: Server, find: FindAnswer): void {
  answersOf.set(http, find);
  http.on("connection", (socket: HttpSocket) => {
    const { parser } = socket;
    const at = parser?.constructor.kOnHeadersComplete;
    if (!parser || typeof at !== "number" || typeof parser[at] !== "function") return;
    // Parsers are used again, by other servers and by clients too: `early` stays, and asks each time whose it is.
    if (parser[at] === early) return;
    usual ??= parser[at] as NonNullable<typeof usual>;
    if (parser[at] === usual) parser[at] = early;
  });
}

function early(this: Parser, ...head: Head): unknown {
  const { socket } = this;
  const find = socket?.server === undefined ? undefined : answersOf.get(socket.server);
  const answer = find === undefined ? null : answerTo(head, find);
  if (answer === null || !isFree(socket!)) return usual!.apply(this, head);
  // No message: Node's callback for its end then only reads on.
  this.incoming = null;
  socket!.write(answer);
  return 0;
}

function answerTo(head: Head, find: FindAnswer): Buffer | null {
  const [, versionMinor, headers, method, url, , , isUpgrade, shouldKeepAlive] = head;
  if (method !== GET || versionMinor !== 1 || !shouldKeepAlive || isUpgrade) return null;
  // Heads that came in pieces or are very long lie elsewhere.
  if (headers === undefined || url === undefined) return null;
  return isPlain(headers) ? find(url) : null;
}

/** Nothing is under way on it that this answer could overtake, or that is not taken off fast enough. */
function isFree(socket: HttpSocket): boolean {
  return (
    (socket._httpMessage === undefined || socket._httpMessage === null) &&
    socket.writableLength === 0 &&
    socket.writable
  );
}

/** `headers`: name, value, name, value … */
function isPlain(headers: readonly string[]): boolean {
  let hasHost = false;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    if (name.length === 4) hasHost ||= name.toLowerCase() === "host";
    else if (LENGTHS.has(name.length) && TELLING.has(name.toLowerCase())) return false;
  }
  return hasHost;
}
