import type { PeerRole, RoomId } from "../../contract/rooms.ts";
import type { Connection } from "../../platform/connection.ts";
import { channels } from "../../platform/notifier.ts";
import type { RoomPlace } from "./room-place.ts";

/** A socket's stay in a room. */
export interface Presence {
  roomId: RoomId;
  peerId: string;
  role: PeerRole;
  place: RoomPlace;
  connection: Connection;
}

/** Which sockets of this process are in which rooms. Keeps the sockets' channels in step. */
export class Presences {
  readonly #byPeer = new Map<string, Presence>();
  readonly #byRoom = new Map<RoomId, Set<Presence>>();
  readonly #byConnection = new Map<Connection, Map<RoomId, Presence>>();

  /** Returns the stays that this one takes the place of: the same peer's, and the socket's own in this room. */
  add(presence: Presence): Presence[] {
    const own = this.of(presence.connection, presence.roomId);
    const former = this.find(presence.roomId, presence.peerId);
    const replaced = [...new Set([own, former])].filter((one) => one !== null);
    for (const one of replaced) this.remove(one);
    this.#byPeer.set(keyOf(presence), presence);
    setOf(this.#byRoom, presence.roomId).add(presence);
    const rooms = this.#byConnection.get(presence.connection) ?? new Map<RoomId, Presence>();
    this.#byConnection.set(presence.connection, rooms.set(presence.roomId, presence));
    presence.connection.join(channels.room(presence.roomId));
    presence.connection.join(channels.peer(presence.roomId, presence.peerId));
    return replaced;
  }

  remove(presence: Presence): void {
    const { roomId, peerId, connection } = presence;
    if (this.#byPeer.get(keyOf(presence)) !== presence) return;
    this.#byPeer.delete(keyOf(presence));
    const room = this.#byRoom.get(roomId);
    room?.delete(presence);
    if (room?.size === 0) this.#byRoom.delete(roomId);
    const rooms = this.#byConnection.get(connection);
    rooms?.delete(roomId);
    if (rooms?.size === 0) this.#byConnection.delete(connection);
    connection.leave(channels.room(roomId));
    connection.leave(channels.peer(roomId, peerId));
  }

  find(roomId: RoomId, peerId: string): Presence | null {
    return this.#byPeer.get(`${roomId}/${peerId}`) ?? null;
  }
  of(connection: Connection, roomId: RoomId): Presence | null {
    return this.#byConnection.get(connection)?.get(roomId) ?? null;
  }
  ofConnection(connection: Connection): Presence[] {
    return [...(this.#byConnection.get(connection)?.values() ?? [])];
  }
  ofRoom(roomId: RoomId): Presence[] {
    return [...(this.#byRoom.get(roomId) ?? [])];
  }
  all(): Presence[] {
    return [...this.#byPeer.values()];
  }
}

function keyOf({ roomId, peerId }: Presence): string {
  return `${roomId}/${peerId}`;
}

function setOf<Key, Value>(map: Map<Key, Set<Value>>, key: Key): Set<Value> {
  const set = map.get(key) ?? new Set<Value>();
  map.set(key, set);
  return set;
}
