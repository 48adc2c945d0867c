import type { ServerContext } from "../../platform/context.ts";
import type { BoothRooms } from "./booth-rooms.ts";
import type { BoothStaff } from "./booth-staff.ts";
import type { Presences } from "./presences.ts";

/**
 * The link is back: tells the node whom we still have, and those whose room or place is gone there to join anew.
 * @throws media_unavailable, timeout: the next connection tries again
 */
export async function reconcileRooms(
  ctx: ServerContext,
  { presences, booths, staff }: { presences: Presences; booths: BoothRooms; staff: BoothStaff },
): Promise<void> {
  booths.forget();
  const before = presences.all();
  const { rooms } = await ctx.media.request("node:describe", {});
  const there = new Set(
    rooms.flatMap(({ roomId, peers }) => peers.map((peer) => `${roomId}/${peer.peerId}`)),
  );
  staff.reconcile(rooms);
  for (const presence of before) {
    const { roomId, peerId, connection } = presence;
    if (presences.find(roomId, peerId) !== presence) continue;
    if (there.has(`${roomId}/${peerId}`)) {
      ctx.media.request("room:setConnected", { roomId, peerId, isConnected: true }).catch(() => {});
    } else {
      connection.send("room:closed", { roomId, reason: "media_restarted" });
      presences.remove(presence);
    }
  }
  for (const { roomId } of rooms) if (roomId.startsWith("booth:")) booths.closeLater(roomId);
}
