/*
 * The answer that nearly all viewers get, a whole body out of memory, as one write of one piece: no header is put
 * together, checked or copied for it. With 50 kB it costs a third less CPU than writeHead() and end(). Node has no
 * door for it, so this file alone reaches into its http classes (`_header`, `_headerSent`, `_dumpAndCloseReadable`;
 * Node 24); where they are missing the caller answers in the usual way.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { findRoom, type Room, type RoomHead } from "./roomy.ts";
import type { Bytes } from "./send-bytes.ts";

interface ResponseInside {
  /** `null` until there is a head. */
  _header?: string | null;
  _headerSent?: boolean;
}

interface RequestInside {
  _dumpAndCloseReadable?(): void;
}

/** As an IMF-fixdate is written, RFC 9110 5.6.7. */
const DATE_BYTES = 29;
const END = "\r\n\r\n";

/**
 * All of `bytes` with `headersOf(bytes)` (name, value, name, value …) and those that http adds. `false`: nothing was
 * sent, since its body has no room (roomy.ts) or this is no plain request over a connection that stays.
 */
export function sendWhole(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Bytes,
  headersOf: (bytes: Bytes) => readonly string[],
): boolean {
  if (request.method !== "GET" || !response.shouldKeepAlive) return false;
  const inside = response as ResponseInside;
  if (inside._header !== null || inside._headerSent !== false) return false;
  const answer = wholeAnswer(bytes, headersOf);
  if (answer === null) return false;
  // A head that is there and was sent: end() adds nothing to what it is given.
  inside._header = " ";
  inside._headerSent = true;
  response.end(answer);
  return true;
}

/**
 * Spares a request that has no body the life of a stream, as http's `optimizeEmptyRequests` does for a whole server:
 * nobody here hears its 'end' and 'close' (the response's are as ever).
 */
export function closeEmptyBody(request: IncomingMessage): void {
  const { headers } = request;
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined)
    (request as RequestInside)._dumpAndCloseReadable?.();
}

/** `null`: there is no room, it holds another head, which may be on its way, or is too small. */
export function wholeAnswer(bytes: Bytes, headersOf: (bytes: Bytes) => readonly string[]): Buffer | null {
  const room = findRoom(bytes.body);
  if (room === null) return null;
  const second = Math.floor(Date.now() / 1000);
  room.head ??= writeHead(room, bytes, { headers: headersOf(bytes), second });
  const { head, memory, bodyAt } = room;
  if (head === null || !isHeadOf(head, bytes)) return null;
  if (head.second !== second) {
    // One on its way may get the newer date: of the same length, and true.
    memory.write(dateOf(second), bodyAt - END.length - DATE_BYTES, DATE_BYTES, "latin1");
    head.second = second;
  }
  return head.answer;
}

function writeHead(
  room: Room,
  bytes: Bytes,
  { headers, second }: { headers: readonly string[]; second: number },
): RoomHead | null {
  const { contentType, cacheControl, etag, isGzip = false, isNegotiated = false } = bytes;
  let text = "HTTP/1.1 200 OK\r\n";
  for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  text += `Content-Length: ${bytes.body.length}\r\nConnection: keep-alive\r\nDate: ${dateOf(second)}${END}`;
  const beginsAt = room.bodyAt - text.length;
  if (beginsAt < 0) return null;
  room.memory.write(text, beginsAt, "latin1");
  return {
    contentType,
    cacheControl,
    etag,
    isGzip,
    isNegotiated,
    second,
    answer: room.memory.subarray(beginsAt),
  };
}

function isHeadOf(head: RoomHead, bytes: Bytes): boolean {
  return (
    head.contentType === bytes.contentType &&
    head.cacheControl === bytes.cacheControl &&
    head.etag === bytes.etag &&
    head.isGzip === (bytes.isGzip ?? false) &&
    head.isNegotiated === (bytes.isNegotiated ?? false)
  );
}

let dated = { second: Number.NaN, text: "" };

function dateOf(second: number): string {
  if (dated.second !== second) dated = { second, text: new Date(second * 1000).toUTCString() };
  return dated.text;
}
