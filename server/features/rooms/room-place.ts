import { Id } from "../../contract/ids.ts";
import type { RoomId, RoomRef } from "../../contract/rooms.ts";
import type { StagePhase } from "../../contract/stages.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";

export interface StagePlace {
  kind: "backstage" | "audience";
  eventId: string;
  stageId: string;
  phase: StagePhase;
}

/** A room and what it belongs to. */
export type RoomPlace = StagePlace | { kind: "booth"; eventId: string; boothId: string };

/** @throws not_found */
export async function requireRoomPlace(ctx: ServerContext, room: RoomRef): Promise<RoomPlace> {
  if (room.kind === "booth") {
    const { eventId, boothId } = await ctx.directory.requireBooth(room.boothId);
    return { kind: "booth", eventId, boothId };
  }
  const { eventId, stageId, phase } = await ctx.directory.requireStage(room.stageId);
  return { kind: room.kind, eventId, stageId, phase };
}

/** @throws not_found when it is not the name of a room */
export function parseRoomId(roomId: RoomId): RoomRef {
  const [kind, id = ""] = roomId.split(":");
  if (!Id.safeParse(id).success) throw AppError.notFound("room");
  if (kind === "booth") return { kind, boothId: id };
  if (kind === "backstage" || kind === "audience") return { kind, stageId: id };
  throw AppError.notFound("room");
}
