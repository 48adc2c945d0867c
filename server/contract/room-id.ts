import type { RoomRef } from "./rooms.ts";

/** Name of a room on the wire. Stands alone so that pages can use it without the validation library. */
export function roomIdOf(room: RoomRef): string {
  return room.kind === "booth" ? `booth:${room.boothId}` : `${room.kind}:${room.stageId}`;
}
