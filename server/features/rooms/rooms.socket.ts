import type { RemovedView, RoomId } from "../../contract/rooms.ts";
import type { Realtime, SocketRequest } from "../../platform/answer.ts";
import type { Connection } from "../../platform/connection.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import type { BoothRooms } from "./booth-rooms.ts";
import { placeNow } from "./clear-audience.ts";
import type { Entering } from "./entering.ts";
import type { HeldPlaces } from "./held-places.ts";
import { joinRoom } from "./join-room.ts";
import type { Presence, Presences } from "./presences.ts";
import type { RemovalRow } from "./removals.store.ts";
import type { Removals } from "./removals.ts";
import { letIn, removePeer } from "./remove-peer.ts";
import { parseRoomId, requireRoomPlace } from "./room-place.ts";
import { mayStay } from "./rooms.policy.ts";

interface Parts {
  presences: Presences;
  booths: BoothRooms;
  removals: Removals;
  entering: Entering;
  held: HeldPlaces;
}

/** Requests that only concern the asker's own place in the room go to the media node as they are. */
const own = [
  "room:connectTransport",
  "room:restartIce",
  "room:produce",
  "room:setProducerPaused",
  "room:closeProducer",
  "room:setConsumerPaused",
  "room:setConsumerLayer",
  "room:askToSpeak",
] as const;

export function mountRoomSocket(ctx: ServerContext, realtime: Realtime, parts: Parts): void {
  const { presences, booths, removals, entering } = parts;
  const followed = new WeakSet<Connection>();

  function requirePresence(connection: Connection, roomId: RoomId): Presence {
    const presence = presences.of(connection, roomId);
    if (presence === null) throw AppError.notInRoom();
    return presence;
  }

  realtime.answer("room:join", async (request) => {
    const joined = await joinRoom(ctx, parts, request);
    const { connection } = request;
    if (!followed.has(connection)) {
      followed.add(connection);
      connection.onGone(() => leaveAll(ctx, parts, connection));
    }
    return joined;
  });

  realtime.answer("room:leave", async ({ data, connection }) => {
    entering.leave(connection, data.roomId);
    const presence = presences.of(connection, data.roomId);
    if (presence === null) return {};
    presences.remove(presence);
    booths.closeLater(data.roomId);
    return ctx.media.request("room:leave", { roomId: data.roomId, peerId: presence.peerId });
  });

  for (const name of own)
    realtime.answer(name, async ({ data, connection }) => {
      const { peerId } = requirePresence(connection, data.roomId);
      return ctx.media.request(name, { ...data, peerId } as never);
    });

  realtime.answer("room:setSpeakRight", async ({ data, connection, authorise }) => {
    const place = await requireRoomPlace(ctx, parseRoomId(data.roomId));
    if (place.kind !== "booth") throw AppError.badRequest("Only a booth's staff give the word.");
    authorise(place);
    requirePresence(connection, data.roomId);
    return ctx.media.request("room:setSpeakRight", data);
  });

  realtime.answer("room:setInProgramme", async ({ data, connection, authorise }) => {
    const place = await requireRoomPlace(ctx, parseRoomId(data.roomId));
    if (place.kind !== "backstage") throw AppError.badRequest("Only a backstage feeds a programme.");
    authorise(place);
    requirePresence(connection, data.roomId);
    return ctx.media.request("room:setInProgramme", data);
  });

  /** The place of somebody who leads the room. @throws not_found, bad_request, unauthorised, forbidden, not_in_room */
  async function requireLead(
    roomId: RoomId,
    { connection, authorise }: Pick<SocketRequest<"room:removePeer">, "connection" | "authorise">,
  ): Promise<Presence> {
    const place = await requireRoomPlace(ctx, parseRoomId(roomId));
    if (place.kind === "audience") throw AppError.badRequest("Nobody sees an audience.");
    authorise(place, place.kind === "booth" ? "booth.staff" : "backstage.lead");
    return requirePresence(connection, roomId);
  }

  realtime.answer("room:removePeer", async ({ data, ...request }) => {
    const by = await requireLead(data.roomId, request);
    await removePeer(ctx, removals, { by, peerId: data.peerId });
    return {};
  });

  realtime.answer("room:listRemoved", async ({ data, ...request }) => {
    await requireLead(data.roomId, request);
    return { removed: (await removals.list(data.roomId)).map(presentRemoval) };
  });

  realtime.answer("room:letIn", async ({ data, ...request }) => {
    await requireLead(data.roomId, request);
    await letIn(ctx, removals, data);
    return {};
  });
}

function presentRemoval({ personTag, displayName, removedAt }: RemovalRow): RemovedView {
  return { personTag, displayName, removedAt: removedAt.toISOString() };
}

/** The socket is gone: its peers keep their place for a while, unless the right to it is gone too. */
function leaveAll(ctx: ServerContext, parts: Parts, connection: Connection): void {
  for (const presence of parts.presences.ofConnection(connection)) {
    parts.presences.remove(presence);
    parts.booths.closeLater(presence.roomId);
    leave(ctx, parts, presence).catch(() => {});
  }
}

async function leave(ctx: ServerContext, { presences, held }: Parts, former: Presence): Promise<void> {
  const { roomId, peerId, role, place, connection } = former;
  const isAllowed = mayStay(connection.actor, role, await placeNow(ctx, place));
  // Back already, on another socket.
  if (presences.find(roomId, peerId) !== null) return;
  if (isAllowed) {
    held.add(former);
    await ctx.media.request("room:setConnected", { roomId, peerId, isConnected: false });
  } else await ctx.media.request("room:leave", { roomId, peerId });
}
