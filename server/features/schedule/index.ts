import type { Mount } from "../../platform/mount.ts";
import { mountScheduleRoutes } from "./schedule.routes.ts";
import { mountScheduleSocket } from "./schedule.socket.ts";
import { tellManagers } from "./tell-managers.ts";

export const mountSchedule: Mount = (ctx, { router, realtime }) => {
  mountScheduleRoutes(ctx, router);
  mountScheduleSocket(realtime);
  const stopTelling = tellManagers(ctx);
  return { close: async () => stopTelling() };
};
