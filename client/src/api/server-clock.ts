import { call } from "./http.ts";

/*
 * The server's clock as this page knows it: countdowns and "now" must be right on a computer whose own clock is not.
 * Asked at the start, and again when the computer's clock was set or the computer slept; the answer is good to about
 * half its round trip.
 */
const LOOK_EVERY_MS = 10_000;
/** By so much the computer's clock went otherwise than time did; less is its ordinary drift within a day. */
const JUMP_MS = 1_000;

let offsetMs = 0;
/** How far the computer's clock is ahead of its steady one, when the server was asked; `null`: no answer yet. */
let askedAtAheadMs: number | null = null;

/** Milliseconds since the epoch by the server's clock; by the computer's own until the server has answered. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

/** For as long as the page lives. What fails is tried again at the next look. */
export function keepServerClock(): void {
  const look = () => {
    const isKnown = askedAtAheadMs !== null && Math.abs(aheadMs() - askedAtAheadMs) < JUMP_MS;
    if (!isKnown) readServerClock().catch(() => {});
  };
  look();
  setInterval(look, LOOK_EVERY_MS);
}

async function readServerClock(): Promise<void> {
  const askedAt = performance.now();
  const { now } = await call("readClock", {});
  const halfTripMs = (performance.now() - askedAt) / 2;
  offsetMs = Date.parse(now) + halfTripMs - Date.now();
  askedAtAheadMs = aheadMs();
}

function aheadMs(): number {
  return Date.now() - performance.now();
}
