/*
 * Answers out of memory on the bare http server: one Buffer to all who ask, headers made once. Ranges and
 * revalidation as RFC 9110 says (one range; several, or one that makes no sense, get all of it).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendWhole, wholeAnswer } from "./send-whole.ts";

export interface Bytes {
  body: Buffer;
  contentType: string;
  cacheControl: string;
  /** With quotes; `null` for what changes by the second. */
  etag: string | null;
  isGzip?: boolean;
  /** The body depends on Accept-Encoding. */
  isNegotiated?: boolean;
}

const contentTypes: Record<string, string> = {
  m3u8: "application/vnd.apple.mpegurl",
  vtt: "text/vtt; charset=utf-8",
  jpg: "image/jpeg",
  mp4: "video/mp4",
  m4s: "video/mp4",
};

export function contentTypeOf(file: string): string {
  const type = contentTypes[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  return type === "video/mp4" && file.includes("-aud-") ? "audio/mp4" : type;
}

export function sendBytes(request: IncomingMessage, response: ServerResponse, bytes: Bytes): void {
  if (response.destroyed || response.writableEnded) return;
  const { range: asksRange, "if-none-match": asksChange } = request.headers;
  const isPlain = asksRange === undefined && asksChange === undefined;
  if (isPlain && sendWhole(request, response, bytes, headersOf)) return;
  const headers = headersOf(bytes);
  if (bytes.etag !== null && isKnown(request, bytes.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const range = bytes.etag === null ? "all" : findRange(request, bytes);
  if (range === "unsatisfiable") {
    response
      .writeHead(416, [...SAFETY, "Content-Range", `bytes */${bytes.body.length}`, "Content-Length", 0])
      .end();
    return;
  }
  if (range === "all") {
    end(request, response, 200, headers, bytes.body);
    return;
  }
  headers.push("Content-Range", `bytes ${range.first}-${range.last}/${bytes.body.length}`);
  end(request, response, 206, headers, bytes.body.subarray(range.first, range.last + 1));
}

/** For answerEarly(): head and body as sendBytes() sends them to a plain GET; `null`: only that can. */
export function answerOf(bytes: Bytes): Buffer | null {
  return wholeAnswer(bytes, headersOf);
}

/** This answer's own. */
function headersOf(bytes: Bytes): string[] {
  const headers = [...usualHeaders(bytes)];
  if (bytes.etag !== null) headers.push("ETag", bytes.etag, "Accept-Ranges", "bytes");
  return headers;
}

/** Headers that do not depend on the one answer; there are few kinds of them. */
const kept = new Map<string, readonly string[]>();
const MAX_KEPT = 100;

function usualHeaders(bytes: Bytes): readonly string[] {
  const { contentType, cacheControl, isNegotiated = false, isGzip = false } = bytes;
  const kind = `${contentType}\n${cacheControl}\n${isNegotiated}${isGzip}`;
  const known = kept.get(kind);
  if (known !== undefined) return known;
  const headers = ["Content-Type", contentType, "Cache-Control", cacheControl, ...SAFETY];
  if (isNegotiated) headers.push("Vary", "Accept-Encoding");
  if (isGzip) headers.push("Content-Encoding", "gzip");
  if (kept.size < MAX_KEPT) kept.set(kind, headers);
  return headers;
}

/** A short plain answer, for refusals. */
export function sendStatus(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void {
  const all = ["Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store", ...SAFETY];
  end(request, response, status, [...all, ...Object.entries(headers).flat()], Buffer.from(`${status}\n`));
}

export function acceptsGzip(request: IncomingMessage): boolean {
  return /(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?(?:[\s,]|$))/i.test(
    String(request.headers["accept-encoding"] ?? ""),
  );
}

const SAFETY = ["X-Content-Type-Options", "nosniff", "Cross-Origin-Resource-Policy", "same-origin"];

/** `headers` is this answer's own. */
function end(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: string[],
  body: Buffer,
): void {
  if (response.destroyed || response.writableEnded) return;
  headers.push("Content-Length", String(body.length));
  response.writeHead(status, headers);
  response.end(request.method === "HEAD" ? undefined : body);
}

function isKnown(request: IncomingMessage, etag: string): boolean {
  const header = request.headers["if-none-match"];
  return header?.split(",").some((one) => one.trim().replace(/^W\//, "") === etag) === true;
}

type Range = "all" | "unsatisfiable" | { first: number; last: number };

function findRange(request: IncomingMessage, bytes: Bytes): Range {
  const ifRange = request.headers["if-range"];
  if (ifRange !== undefined && ifRange !== bytes.etag) return "all";
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(request.headers.range ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return "all";
  const size = bytes.body.length;
  const first = match[1] === "" ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const last = match[1] === "" || match[2] === "" ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (match[1] !== "" && match[2] !== "" && Number(match[2]) < Number(match[1])) return "all";
  return first > last || first >= size ? "unsatisfiable" : { first, last };
}
