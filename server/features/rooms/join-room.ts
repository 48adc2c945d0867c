import type { RequestData } from "../../contract/realtime.ts";
import { type JoinedRoom, roomIdOf } from "../../contract/rooms.ts";
import type { SocketRequest } from "../../platform/answer.ts";
import { cleanText } from "../../platform/clean-text.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError, toAppError } from "../../platform/errors.ts";
import type { BoothRooms } from "./booth-rooms.ts";
import { placeNow } from "./clear-audience.ts";
import type { Entering, Entry } from "./entering.ts";
import { isRemovedFrom } from "./is-removed.ts";
import type { Presence, Presences } from "./presences.ts";
import type { Removals } from "./removals.ts";
import { requireRoomPlace } from "./room-place.ts";
import { mayStay, peerIdOf, personTagOf, requireStanding, type Standing } from "./rooms.policy.ts";
import { whileMediaReturns } from "./while-media-returns.ts";

/** Rooms that one page may be in: a stage's two and a booth, and room for a change. */
const MAX_ROOMS_PER_SOCKET = 6;

interface Parts {
  presences: Presences;
  booths: BoothRooms;
  removals: Removals;
  entering: Entering;
}

/**
 * Enters a room, in the place of the same tab's earlier self.
 * @throws not_found, unauthorised, forbidden, removed, wrong_phase, room_full, media_unavailable
 */
export async function joinRoom(
  ctx: ServerContext,
  parts: Parts,
  request: SocketRequest<"room:join">,
): Promise<JoinedRoom> {
  const { connection, data } = request;
  // Before anything is waited for, so that a request to leave that follows finds it.
  const entry = parts.entering.begin(connection, roomIdOf(data.room));
  try {
    return await join(ctx, parts, request, entry);
  } finally {
    parts.entering.end(connection, entry);
  }
}

async function join(
  ctx: ServerContext,
  { presences, booths, removals, entering }: Parts,
  request: SocketRequest<"room:join">,
  entry: Entry,
): Promise<JoinedRoom> {
  const { data, actor, connection, authorise } = request;
  const { roomId } = entry;
  const place = await requireRoomPlace(ctx, data.room);
  const standing = requireStanding(actor, place, authorise);
  const peerId = peerIdOf(ctx.secret, { roomId, guestKey: actor.guestKey, peerKey: data.peerKey });
  entry.peerId = peerId;
  const isRemoved = () => isRemovedFrom(ctx, removals, { place, personTag: personTagOf(peerId) });
  if (await isRemoved()) throw AppError.removed();
  const isFurther = presences.of(connection, roomId) === null;
  if (isFurther && presences.ofConnection(connection).length >= MAX_ROOMS_PER_SOCKET)
    throw AppError.conflict("This page is in too many rooms.");

  const takeBack = () => {
    // In nobody's place: another of the page's requests may have been answered first.
    const isThere = presences.find(roomId, peerId) !== null || entering.isComing(entry);
    if (!isThere) ctx.media.request("room:leave", { roomId, peerId }).catch(() => {});
    booths.closeLater(roomId);
  };
  const wish = { data, roomId, peerId, standing };
  const joined = await whileMediaReturns(() => enter(ctx, booths, wish)).catch((thrown) => {
    // The node may be done with it yet.
    if (toAppError(thrown).code === "timeout") takeBack();
    throw thrown;
  });
  if (entry.hasLeft) {
    takeBack();
    throw AppError.notInRoom();
  }
  const presence: Presence = { roomId, peerId, role: standing.role, place, connection };
  for (const former of presences.add(presence)) tellReplaced(ctx, former, presence);
  const refusal = await findRefusal(ctx, presence, { isRemoved, entry });
  if (refusal !== null) {
    presences.remove(presence);
    booths.closeLater(roomId);
    ctx.media.request("room:leave", { roomId, peerId }).catch(() => {});
    throw refusal;
  }
  return joined;
}

/** Meanwhile the broadcast may have ended, the person been removed or left, or the socket gone. */
async function findRefusal(
  ctx: ServerContext,
  { connection, role, place }: Presence,
  { isRemoved, entry }: { isRemoved: () => Promise<boolean>; entry: Entry },
): Promise<AppError | null> {
  if (!mayStay(connection.actor, role, await placeNow(ctx, place)))
    return AppError.wrongPhase("The stage is not live.");
  if (await isRemoved()) return AppError.removed();
  return connection.isOpen && !entry.hasLeft ? null : AppError.notInRoom();
}

interface Wish {
  data: RequestData<"room:join">;
  roomId: string;
  peerId: string;
  standing: Standing;
}

async function enter(ctx: ServerContext, booths: BoothRooms, wish: Wish): Promise<JoinedRoom> {
  const { data, roomId, peerId, standing } = wish;
  const isBooth = data.room.kind === "booth";
  const join = () =>
    ctx.media.request("room:join", {
      roomId,
      peerId,
      displayName: standing.role === "attendee" ? "" : cleanText(data.displayName ?? ""),
      rtpCapabilities: data.rtpCapabilities,
      ...(data.keptTransportId === undefined ? {} : { keptTransportId: data.keptTransportId }),
      ...(data.dtlsParameters === undefined ? {} : { dtlsParameters: data.dtlsParameters }),
      ...standing,
    });
  if (isBooth) await booths.open(roomId);
  try {
    return await join();
  } catch (thrown) {
    if (toAppError(thrown).code !== "not_found") throw thrown;
    // A stage that is in its phase but not open on the node is being opened again.
    if (!isBooth) throw AppError.mediaUnavailable(thrown);
    booths.forget(roomId);
    await booths.open(roomId);
    return join();
  }
}

function tellReplaced(ctx: ServerContext, former: Presence, presence: Presence): void {
  const { roomId, peerId, connection } = former;
  if (connection !== presence.connection) connection.send("room:closed", { roomId, reason: "replaced" });
  // The same socket with another tab's key: its first self has nobody behind it.
  if (peerId !== presence.peerId) ctx.media.request("room:leave", { roomId, peerId }).catch(() => {});
}
