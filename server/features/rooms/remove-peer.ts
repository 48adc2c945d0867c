import type { RoomId } from "../../contract/rooms.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import type { Presence, Presences } from "./presences.ts";
import type { Removals } from "./removals.ts";
import { personTagOf } from "./rooms.policy.ts";

interface Parts {
  presences: Presences;
  removals: Removals;
}

/**
 * Takes a person with all of their browser's tabs out of a room and keeps them out. @throws bad_request for oneself,
 * not_in_room, media_unavailable
 */
export async function removePeer(
  ctx: ServerContext,
  { presences, removals }: Parts,
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
  for (const other of presences.ofRoom(roomId))
    if (personTagOf(other.peerId) === personTag && other.peerId !== peerId)
      ctx.media.request("room:removePeer", { roomId, peerId: other.peerId }).catch(() => {});
  tellChanged(ctx, roomId);
  ctx.log.info(`[${roomId} peer:${peerId}] removed`);
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
