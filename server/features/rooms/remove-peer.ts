import type { RoomId } from "../../contract/rooms.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import { phaseNow } from "./clear-audience.ts";
import type { Presence } from "./presences.ts";
import type { Removals } from "./removals.ts";
import { personTagOf } from "./rooms.policy.ts";

/**
 * Takes a person with all of their browser's tabs out of a room and keeps them out. @throws bad_request for oneself,
 * not_in_room, media_unavailable
 */
export async function removePeer(
  ctx: ServerContext,
  removals: Removals,
  { by, peerId }: { by: Presence; peerId: string },
): Promise<void> {
  const { roomId } = by;
  const personTag = personTagOf(peerId);
  if (personTag === personTagOf(by.peerId)) throw AppError.badRequest("Leave the room yourself instead.");
  // First of all: a tab that comes back at once must find the door shut.
  const open = removals.shut(roomId, personTag);
  try {
    const { displayName } = await ctx.media.request("room:removePeer", { roomId, peerId });
    await removals.keep(roomId, personTag, displayName);
  } finally {
    open();
  }
  ctx.log.info(`[${roomId} peer:${peerId}] removed`);
  const { place } = by;
  const roomIds = [roomId];
  if (place.kind === "backstage" && (await phaseNow(ctx, place)) !== "live")
    roomIds.push(`audience:${place.stageId}`);
  tellChanged(ctx, roomId);
  await removeTabs(ctx, roomIds, personTag);
}

/** As the node knows them: also those whose socket is gone for a while, or another server's. */
async function removeTabs(ctx: ServerContext, roomIds: RoomId[], personTag: string): Promise<void> {
  try {
    const { rooms } = await ctx.media.request("node:describe", {});
    const tabs = rooms
      .filter(({ roomId }) => roomIds.includes(roomId))
      .flatMap(({ roomId, peers }) => peers.map(({ peerId }) => ({ roomId, peerId })))
      .filter(({ peerId }) => personTagOf(peerId) === personTag);
    await Promise.allSettled(tabs.map((tab) => ctx.media.request("room:removePeer", tab)));
  } catch (err) {
    ctx.log.warn({ err }, `[${roomIds[0]}] further tabs of who was removed are not known`);
  }
}

/** Somebody who was removed may enter again. @throws database_unavailable */
export async function letIn(
  ctx: ServerContext,
  removals: Removals,
  { roomId, personTag }: { roomId: RoomId; personTag: string },
): Promise<void> {
  await removals.letIn(roomId, personTag);
  tellChanged(ctx, roomId);
}

function tellChanged(ctx: ServerContext, roomId: RoomId): void {
  ctx.notify.toRoom(roomId, "room:removalsChanged", { roomId });
}
