import type { ServerContext } from "../../platform/context.ts";
import { SESSION_SECONDS } from "./open-link.ts";

/** As long as they live: a clock that was ahead for a while has cost nobody their session. */
const KEPT_MS = SESSION_SECONDS * 1000;

/** Deletes sessions that have been over for 30 days, with what they were given. Returns how many. */
export async function sweepSessions({ db, now }: ServerContext): Promise<number> {
  const before = new Date(now().getTime() - KEPT_MS);
  const { count } = await db.session.deleteMany({ where: { expiresAt: { lt: before } } });
  return count;
}
