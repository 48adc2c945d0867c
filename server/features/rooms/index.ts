import type { Mount } from "../../platform/mount.ts";
import { BoothRooms } from "./booth-rooms.ts";
import { BoothStaff } from "./booth-staff.ts";
import { clearAudienceAtEnd } from "./clear-audience.ts";
import { Entering } from "./entering.ts";
import { HeldPlaces } from "./held-places.ts";
import { forwardMediaNotices } from "./media-notices.ts";
import { Presences } from "./presences.ts";
import { reconcileRooms } from "./reconcile.ts";
import { Removals } from "./removals.ts";
import { mountRoomSocket } from "./rooms.socket.ts";

/** Backstage, audience and booth rooms: who may enter, and the way between sockets and the media node. */
export const mountRooms: Mount = (ctx, { realtime }) => {
  const presences = new Presences();
  const removals = new Removals(ctx);
  const booths = new BoothRooms(ctx.media, (roomId) => presences.ofRoom(roomId).length === 0);
  const staff = new BoothStaff(ctx);
  const held = new HeldPlaces(ctx, presences);
  mountRoomSocket(ctx, realtime, { presences, booths, removals, entering: new Entering(), held });
  const stopForwarding = forwardMediaNotices(ctx, { presences, booths, staff });
  const stopClearing = clearAudienceAtEnd(ctx, { presences, removals });
  const stopForgetting = ctx.domain.on("stageChanged", async ({ stageId, phase }) => {
    // After the end people stay for a while, and who was removed stays out: the next time is a new one.
    if (phase === "closed" || phase === "rehearsal") await removals.forgetStage(stageId);
  });
  const stopReconciling = ctx.media.onConnection((isConnected) => {
    if (!isConnected) return;
    reconcileRooms(ctx, { presences, booths, staff }).catch((err: unknown) =>
      ctx.log.warn({ err }, "[rooms] not reconciled with the media node"),
    );
  });
  return {
    close: async () => {
      stopReconciling();
      stopForgetting();
      stopClearing();
      stopForwarding();
      held.close();
      booths.close();
    },
  };
};
