/*
 * Booth rooms on the media node: opened by the first that enters, closed when nobody has been there for a while.
 * Stages' rooms come and go with their stage. Owns its timers; closed by the feature.
 */
import type { MediaPlane } from "../../contract/media-plane.ts";
import type { RoomId } from "../../contract/rooms.ts";

/** Longer than the 30 s for which the node keeps a lost peer. */
export const LAST_PEER_GRACE_MS = 120_000;

export class BoothRooms {
  readonly #media: MediaPlane;
  readonly #isEmpty: (roomId: RoomId) => boolean;
  readonly #graceMs: number;
  readonly #open = new Set<RoomId>();
  readonly #work = new Map<RoomId, Promise<unknown>>();
  readonly #timers = new Map<RoomId, NodeJS.Timeout>();

  constructor(media: MediaPlane, isEmpty: (roomId: RoomId) => boolean, graceMs = LAST_PEER_GRACE_MS) {
    this.#media = media;
    this.#isEmpty = isEmpty;
    this.#graceMs = graceMs;
  }

  /** @throws media_unavailable, timeout, room_full */
  async open(roomId: RoomId): Promise<void> {
    this.#keep(roomId);
    await this.#inTurn(roomId, async () => {
      if (this.#open.has(roomId)) return;
      await this.#media.request("room:open", { roomId });
      this.#open.add(roomId);
    });
  }

  /** What the node has open may have changed: the next one to enter asks again. */
  forget(roomId?: RoomId): void {
    if (roomId === undefined) this.#open.clear();
    else this.#open.delete(roomId);
  }

  /** Call when somebody left. */
  closeLater(roomId: RoomId): void {
    if (!this.#isEmpty(roomId)) return;
    this.#keep(roomId);
    const timer = setTimeout(() => {
      this.#timers.delete(roomId);
      this.#inTurn(roomId, async () => {
        if (!this.#isEmpty(roomId) || this.#timers.has(roomId)) return;
        this.#open.delete(roomId);
        await this.#media.request("room:close", { roomId });
      }).catch(() => {});
    }, this.#graceMs);
    this.#timers.set(roomId, timer);
    timer.unref();
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #keep(roomId: RoomId): void {
    clearTimeout(this.#timers.get(roomId));
    this.#timers.delete(roomId);
  }

  /** One at a time for each room. */
  #inTurn(roomId: RoomId, work: () => Promise<void>): Promise<void> {
    const turn = (this.#work.get(roomId) ?? Promise.resolve()).then(work, work);
    this.#work.set(roomId, turn);
    const forget = () => {
      if (this.#work.get(roomId) === turn) this.#work.delete(roomId);
    };
    turn.then(forget, forget);
    return turn;
  }
}
