import { setTimeout as sleep } from "node:timers/promises";
import type { StandingLoad } from "./standing-load.ts";

/** A look in which everybody got something: parts come three times a second, messages more often. */
const LOOK_MS = 600;
/** Nobody waits for so long where all is well. */
const CALM_GAP_S = 1.5;
const CALM_MS = 30_000;

/**
 * Waits for a moment in which everybody receives, all sockets are connected and what the writers write arrives at
 * everybody: a run must not be given what the one before it left behind. @throws with who does not
 */
export async function untilCalm(load: StandingLoad, timeoutMs = CALM_MS): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    await load.begin();
    await sleep(LOOK_MS);
    const restless = await listRestless(load);
    if (restless.length === 0) return;
    if (performance.now() > until)
      throw new Error(`the load was not calm within ${timeoutMs / 1000} s: ${restless.join("; ")}`);
  }
}

/** Who was not served without a break since `begin()`. */
async function listRestless(load: StandingLoad): Promise<string[]> {
  const [ailing, { deliveries }, hls] = await Promise.all([
    load.ailing(),
    load.sockets.stats(),
    load.hls.report(),
  ]);
  const viewers = load.crowd.read("viewers");
  const gapS = Math.max(viewers.pictureS, viewers.soundS);
  const waitS = hls.longestGapMs.max / 1000;
  const { sockets } = load.size;
  return [
    ...ailing,
    ...(gapS > CALM_GAP_S ? [`a viewer got nothing for ${gapS.toFixed(1)} s`] : []),
    ...(waitS > CALM_GAP_S ? [`an HLS viewer waited ${waitS.toFixed(1)} s for a part`] : []),
    ...(deliveries < sockets ? [`${deliveries} messages came to ${sockets} sockets`] : []),
  ];
}
