import type { Mount } from "../../platform/mount.ts";
import { mountLinkRoutes } from "./links.routes.ts";
import { mountPeopleRoutes } from "./people.routes.ts";
import { sweepSessions } from "./sweep-sessions.ts";

const SWEEP_INTERVAL_MS = 6 * 3_600_000;

/** Join links, the sessions that they open, and the tidying up of those. */
export const mountPeople: Mount = (ctx, { router }) => {
  mountPeopleRoutes(ctx, router);
  mountLinkRoutes(ctx, router);
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> = Promise.resolve();

  async function sweep(): Promise<void> {
    try {
      const removed = await sweepSessions(ctx);
      if (removed > 0) ctx.log.info(`[people] ${removed} sessions removed that were long over`);
    } catch (err) {
      ctx.log.warn({ err }, "[people] sessions not tidied up, tried again later");
    }
  }

  return {
    async start() {
      const sweepNext = () => {
        sweeping = sweeping.then(sweep);
      };
      timer = setInterval(sweepNext, SWEEP_INTERVAL_MS);
      sweepNext();
    },
    async close() {
      clearInterval(timer);
      await sweeping;
    },
  };
};
