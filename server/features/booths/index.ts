import { AppError } from "../../platform/errors.ts";
import type { Mount } from "../../platform/mount.ts";
import { channels } from "../../platform/notifier.ts";
import { route } from "../../platform/route.ts";
import { presentBooth } from "./booths.present.ts";
import { findBooth } from "./booths.store.ts";
import { materialsDoor } from "./materials-door.ts";

export const mountBooths: Mount = (ctx, { router, realtime, beforeExpress }) => {
  const staffed = new Set<string>();
  const unsubscribe = ctx.domain.on("boothStaffed", ({ boothId, isStaffed }) => {
    if (isStaffed) staffed.add(boothId);
    else staffed.delete(boothId);
    ctx.notify.toBooth(boothId, "booth:staffed", { boothId, isStaffed });
  });

  route(ctx, router, "readBooth", async ({ params, actor }) => {
    const row = await findBooth(ctx.db, params);
    if (!row) throw AppError.notFound("booth");
    return presentBooth(row, staffed.has(row.id), actor);
  });

  realtime.answer("booth:watch", async ({ data, connection }) => {
    const { boothId } = await ctx.directory.requireBooth(data.boothId);
    connection.join(channels.booth(boothId));
    return { isStaffed: staffed.has(boothId) };
  });
  realtime.answer("booth:unwatch", async ({ data, connection }) => {
    connection.leave(channels.booth(data.boothId));
    return {};
  });

  beforeExpress(materialsDoor(ctx));
  return { close: async () => unsubscribe() };
};
