import type { IncomingMessage, ServerResponse } from "node:http";
import { UPLOADS_PATH } from "../contract/http.ts";
import { AppError, toErrorBody } from "./errors.ts";

/** Longest that a body (of at most 64 kB) may take, and what is left of one that nobody reads any more. */
const BODY_MS = 10_000;

/**
 * Ends a request whose body does not come: Node's own limit is one for all, and an upload may take hours. Uploads are
 * bounded by the silence of their connection, until they are answered.
 */
export function boundBodyTime(request: IncomingMessage, response: ServerResponse): void {
  const { headers, url = "" } = request;
  if (headers["transfer-encoding"] === undefined && headers["content-length"] === undefined) return;
  const endLater = () => {
    if (request.complete) return;
    const timer = setTimeout(() => endSlow(request, response), BODY_MS);
    timer.unref();
    request.once("close", () => clearTimeout(timer));
  };
  if (isUpload(url)) response.once("finish", endLater);
  else endLater();
}

function isUpload(url: string): boolean {
  return url === UPLOADS_PATH || url.startsWith(`${UPLOADS_PATH}/`);
}

function endSlow(request: IncomingMessage, response: ServerResponse): void {
  const { complete: isComplete, socket } = request;
  if (isComplete) return;
  if (response.headersSent) return void socket.destroy();
  response.writeHead(408, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    Connection: "close",
  });
  const answer = toErrorBody(AppError.timeout("The request's body"));
  response.end(JSON.stringify(answer), () => socket.destroy());
}
