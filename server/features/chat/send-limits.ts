import { AppError } from "../../platform/errors.ts";
import { TokenBuckets } from "../../platform/token-bucket.ts";
import type { AuthorRole } from "./chat.policy.ts";

/** Five messages in ten seconds, for each browser and for each socket. */
const ATTENDEE = { burst: 5, perSecond: 0.5, maxKeys: 50_000 };
/** Those who answer many. */
const HELPER = { burst: 20, perSecond: 2, maxKeys: 5_000 };

export interface SendLimits {
  /** @throws too_many_requests with `retryAfterMs` */
  take(sender: { guestKey: string; connectionId: string; role: AuthorRole }): { giveBack(): void };
}

export function createSendLimits(): SendLimits {
  const attendees = new TokenBuckets(ATTENDEE);
  const helpers = new TokenBuckets(HELPER);
  return {
    take({ guestKey, connectionId, role }) {
      const buckets = role === "attendee" ? attendees : helpers;
      const own = [buckets.of(`guest ${guestKey}`), buckets.of(`socket ${connectionId}`)];
      const taken: typeof own = [];
      const giveBack = () => {
        for (const bucket of taken.splice(0)) bucket.giveBack();
      };
      for (const bucket of own) {
        const waitMs = bucket.take();
        if (waitMs > 0) {
          giveBack();
          throw AppError.tooManyRequests(waitMs);
        }
        taken.push(bucket);
      }
      return { giveBack };
    },
  };
}
