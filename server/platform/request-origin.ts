import type { IncomingMessage } from "node:http";

/**
 * True when a browser page of another origin sent this. Without an Origin header no page of another origin did:
 * browsers send it with every unsafe method and with every websocket.
 */
export function isForeignOrigin(request: IncomingMessage, publicUrl: string): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const url = new URL(origin);
  return url.origin !== new URL(publicUrl).origin && url.host !== host;
}

/** The asker's address behind `hops` trusted proxies; for limits only, never logged at info or kept. */
export function addressOf(request: IncomingMessage, hops: number): string {
  const own = request.socket.remoteAddress ?? "unknown";
  const forwarded = request.headers["x-forwarded-for"];
  if (hops === 0 || forwarded === undefined) return own;
  const addresses = [forwarded]
    .flat()
    .join(",")
    .split(",")
    .map((address) => address.trim());
  return (addresses.at(-hops) ?? addresses[0] ?? own).slice(0, 64);
}
