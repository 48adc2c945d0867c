import type { RoomId } from "../../contract/rooms.ts";
import type { Connection } from "../../platform/connection.ts";

/** One request to enter a room that is under way. */
export interface Entry {
  readonly roomId: RoomId;
  /** As whom; `null` until that is known. */
  peerId: string | null;
  /** The same socket has asked to leave the room since. */
  hasLeft: boolean;
}

/**
 * Requests to enter that are under way, by socket: a page that is gone before its answer came asks to leave a room that
 * it is not in yet. A socket's requests come in their order, so what it asks for after that is not concerned.
 */
export class Entering {
  readonly #underWay = new Map<Connection, Set<Entry>>();

  /** `end` takes it back, whatever became of it. */
  begin(connection: Connection, roomId: RoomId): Entry {
    const entry: Entry = { roomId, peerId: null, hasLeft: false };
    const entries = this.#underWay.get(connection) ?? new Set();
    this.#underWay.set(connection, entries.add(entry));
    return entry;
  }

  end(connection: Connection, entry: Entry): void {
    const entries = this.#underWay.get(connection);
    entries?.delete(entry);
    if (entries?.size === 0) this.#underWay.delete(connection);
  }

  leave(connection: Connection, roomId: RoomId): void {
    for (const entry of this.#underWay.get(connection) ?? [])
      if (entry.roomId === roomId) entry.hasLeft = true;
  }

  /** Another request to be the same peer is under way, of this socket or the page's next, and has not left since. */
  isComing(entry: Entry): boolean {
    for (const entries of this.#underWay.values())
      for (const other of entries)
        if (other !== entry && other.peerId === entry.peerId && !other.hasLeft) return true;
    return false;
  }
}
