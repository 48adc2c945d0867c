/*
 * Who was removed from a room and may not come back: to a backstage until its stage closes or a host lets them in (in
 * the database too, so that a restart forgets nobody), to a booth for a quarter of an hour (in memory only: nothing
 * about visitors is kept). People are known by their browser's tag in the room. Holds nothing to close.
 */
import type { RoomId } from "../../contract/rooms.ts";
import type { ServerContext } from "../../platform/context.ts";
import { withDeadline } from "../../platform/deadline.ts";
import { deleteRemovalRows, keepRemovalRow, listRemovalRows, type RemovalRow } from "./removals.store.ts";

const BOOTH_MS = 15 * 60_000;
/** Of the contract; whoever was removed first is forgotten first. */
export const MAX_REMOVALS = 200;
const MAX_ROOMS = 2_000;
/** Entering a room does not wait longer for the database than this. */
const READ_MS = 2_000;
/** After it did not answer. */
const READ_AGAIN_MS = 5_000;

interface Removal extends RemovalRow {
  /** By the monotonic clock. */
  untilMs: number;
  isInDatabase: boolean;
}

class RemovedOfRoom {
  readonly byTag = new Map<string, Removal>();
  /** Whose removals are under way, and how many. */
  readonly underWay = new Map<string, number>();
  readAtMs = Number.NEGATIVE_INFINITY;
  /** Grows with each change here: rows that were asked for before it are not believed. */
  version = 0;
}

export class Removals {
  readonly #ctx: ServerContext;
  readonly #rooms = new Map<RoomId, RemovedOfRoom>();

  constructor(ctx: ServerContext) {
    this.#ctx = ctx;
  }

  /** Of a backstage or a booth; `isRemovedFrom` knows what an audience room shows. */
  async has(roomId: RoomId, personTag: string): Promise<boolean> {
    const { byTag, underWay } = await this.#of(roomId);
    const found = byTag.get(personTag);
    return underWay.has(personTag) || (found !== undefined && found.untilMs > performance.now());
  }

  /** Newest last. */
  async list(roomId: RoomId): Promise<RemovalRow[]> {
    const nowMs = performance.now();
    return [...(await this.#of(roomId)).byTag.values()].filter(({ untilMs }) => untilMs > nowMs);
  }

  /** The person is refused until the function that it returns is called; who is out by then is kept out by `keep`. */
  shut(roomId: RoomId, personTag: string): () => void {
    const { underWay } = this.#roomOf(roomId);
    underWay.set(personTag, (underWay.get(personTag) ?? 0) + 1);
    return () => {
      const left = (underWay.get(personTag) ?? 1) - 1;
      if (left > 0) underWay.set(personTag, left);
      else underWay.delete(personTag);
    };
  }

  /** From here on the person is out. Written down where it is to outlive this process. Never throws. */
  async keep(roomId: RoomId, personTag: string, displayName: string): Promise<void> {
    const room = this.#roomOf(roomId);
    const stageId = stageOf(roomId);
    const untilMs = stageId === null ? performance.now() + BOOTH_MS : Number.POSITIVE_INFINITY;
    const row = { personTag, displayName, removedAt: this.#ctx.now() };
    const removal: Removal = { ...row, untilMs, isInDatabase: false };
    room.byTag.delete(personTag);
    room.byTag.set(personTag, removal);
    room.version += 1;
    for (const oldest of room.byTag.keys()) if (room.byTag.size > MAX_REMOVALS) room.byTag.delete(oldest);
    if (stageId === null) return;
    try {
      await keepRemovalRow(this.#ctx.db, stageId, row);
      removal.isInDatabase = true;
    } catch (err) {
      this.#ctx.log.warn({ err }, `[${roomId}] a removal is held until the next restart only`);
    }
  }

  /** @throws database_unavailable: then the person stays out */
  async letIn(roomId: RoomId, personTag: string): Promise<void> {
    const stageId = stageOf(roomId);
    if (stageId !== null) await deleteRemovalRows(this.#ctx.db, { stageId, personTag });
    const room = this.#roomOf(roomId);
    room.byTag.delete(personTag);
    room.version += 1;
  }

  /** The stage is closed, or opened anew: everybody is welcome. */
  async forgetStage(stageId: string): Promise<void> {
    const room = this.#roomOf(`backstage:${stageId}`);
    room.byTag.clear();
    room.version += 1;
    await deleteRemovalRows(this.#ctx.db, { stageId });
  }

  async #of(roomId: RoomId): Promise<RemovedOfRoom> {
    const room = this.#roomOf(roomId);
    const stageId = stageOf(roomId);
    if (stageId !== null && performance.now() - room.readAtMs >= this.#ctx.keptMs)
      await this.#read(room, stageId);
    return room;
  }

  /** Another server may have removed people or let them in. Without the database what is known counts. */
  async #read(room: RemovedOfRoom, stageId: string): Promise<void> {
    const { version } = room;
    try {
      const query = listRemovalRows(this.#ctx.db, { stageId, take: MAX_REMOVALS });
      const rows = await withDeadline(query, { ms: READ_MS, what: "Reading who was removed" });
      if (room.version !== version) return;
      const unwritten = [...room.byTag.values()].filter(({ isInDatabase }) => !isInDatabase);
      room.byTag.clear();
      for (const row of rows.toReversed())
        room.byTag.set(row.personTag, { ...row, untilMs: Number.POSITIVE_INFINITY, isInDatabase: true });
      for (const removal of unwritten) room.byTag.set(removal.personTag, removal);
      room.readAtMs = performance.now();
    } catch (err) {
      room.readAtMs = performance.now() - this.#ctx.keptMs + READ_AGAIN_MS;
      this.#ctx.log.warn({ err }, `[stage:${stageId}] who was removed from backstage could not be read`);
    }
  }

  #roomOf(roomId: RoomId): RemovedOfRoom {
    const known = this.#rooms.get(roomId);
    if (known !== undefined) return known;
    for (const oldest of this.#rooms.keys()) if (this.#rooms.size >= MAX_ROOMS) this.#rooms.delete(oldest);
    const room = new RemovedOfRoom();
    this.#rooms.set(roomId, room);
    return room;
  }
}

/** `null` for rooms of which nothing is kept. */
function stageOf(roomId: RoomId): string | null {
  return roomId.startsWith("backstage:") ? roomId.slice("backstage:".length) : null;
}
