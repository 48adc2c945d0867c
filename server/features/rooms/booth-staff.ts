/*
 * Which booths have staff at the table, as the media node's rosters say. Tells `boothStaffed` when the first came or
 * the last left (a lost connection counts as there for the node's 30 s).
 */
import type { PeerView, RoomId } from "../../contract/rooms.ts";
import type { ServerContext } from "../../platform/context.ts";

export class BoothStaff {
  readonly #ctx: ServerContext;
  readonly #peers = new Map<string, Set<string>>();

  constructor(ctx: ServerContext) {
    this.#ctx = ctx;
  }

  see(roomId: RoomId, peer: PeerView): void {
    if (peer.role !== "staff") return;
    const booth = boothOf(roomId);
    if (booth === null) return;
    const peers = this.#peers.get(booth) ?? new Set();
    const isFirst = peers.size === 0;
    this.#peers.set(booth, peers.add(peer.peerId));
    if (isFirst) this.#tell(booth, true);
  }

  lose(roomId: RoomId, peerId: string): void {
    const booth = boothOf(roomId);
    const peers = booth === null ? undefined : this.#peers.get(booth);
    if (booth === null || peers?.delete(peerId) !== true || peers.size > 0) return;
    this.#peers.delete(booth);
    this.#tell(booth, false);
  }

  loseRoom(roomId: RoomId): void {
    const booth = boothOf(roomId);
    if (booth !== null && this.#peers.delete(booth)) this.#tell(booth, false);
  }

  /** All that the node has; booths that are not there have nobody. */
  reconcile(rooms: readonly { roomId: RoomId; peers: readonly PeerView[] }[]): void {
    for (const [booth, peers] of [...this.#peers]) {
      const room = rooms.find(({ roomId }) => boothOf(roomId) === booth);
      for (const peerId of [...peers])
        if (!room?.peers.some((peer) => peer.peerId === peerId)) this.lose(`booth:${booth}`, peerId);
    }
    for (const { roomId, peers } of rooms) for (const peer of peers) this.see(roomId, peer);
  }

  #tell(boothId: string, isStaffed: boolean): void {
    this.#ctx.directory
      .requireBooth(boothId)
      .then(({ eventId }) => this.#ctx.domain.tell("boothStaffed", { eventId, boothId, isStaffed }))
      .catch((err: unknown) => this.#ctx.log.warn({ err }, `[booth:${boothId}] staffed, but not to be told`));
  }
}

function boothOf(roomId: RoomId): string | null {
  return roomId.startsWith("booth:") ? roomId.slice("booth:".length) : null;
}
