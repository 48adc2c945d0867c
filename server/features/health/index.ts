import type { Mount } from "../../platform/mount.ts";
import { route } from "../../platform/route.ts";

export const mountHealth: Mount = (ctx, { router }) => {
  route(ctx, router, "readClock", async () => ({ now: ctx.now().toISOString() }));
  return undefined;
};
