import { setTimeout as sleep } from "node:timers/promises";
import { toAppError } from "../../platform/errors.ts";

/** A media node that was killed is back with its stages within this, on a machine that is not full. */
const PATIENCE_MS = 4_000;
const PAUSE_MS = 250;

/**
 * Tries again while the media node is away or just coming back, so that whoever enters then waits for it in one place
 * and is not sent away to try at random. @throws what the last attempt threw
 */
export async function whileMediaReturns<T>(attempt: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      if (toAppError(thrown).code !== "media_unavailable" || performance.now() > untilMs) throw thrown;
    }
    await sleep(PAUSE_MS * (0.5 + Math.random()));
  }
}
