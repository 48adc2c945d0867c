import { call } from "./http.ts";

/*
 * The server's clock as this page knows it: countdowns and "now" must be right on a computer whose own clock
 * is not. One question at the start; the answer is good to about half its round trip.
 */
let offsetMs = 0;

/** Milliseconds since the epoch by the server's clock; by the computer's own until the server has answered. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

export async function readServerClock(): Promise<void> {
  const askedAt = performance.now();
  const { now } = await call("readClock", {});
  const halfTripMs = (performance.now() - askedAt) / 2;
  offsetMs = Date.parse(now) + halfTripMs - Date.now();
}
