import { TokenBucket } from "./token-bucket.ts";

/**
 * What one socket may send before anything of it is parsed, whatever it is: requests, answers, garbage, pings. Entering
 * a booth is about 15 frames of some kB; the answer table slows requests down long before (`too_many_requests`).
 */
const FRAMES = { burst: 500, perSecond: 40 };
const BYTES = { burst: 1024 * 1024, perSecond: 128 * 1024 };

/** One socket's measure of what it sends. */
export class FrameGuard {
  readonly #frames = new TokenBucket(FRAMES);
  readonly #bytes = new TokenBucket(BYTES);

  /** False: this is a flood, and the socket is to be dropped. `bytes` of the frame's text. */
  admits(bytes: number): boolean {
    return this.#frames.take() === 0 && this.#bytes.take(Math.max(1, bytes)) === 0;
  }
}
