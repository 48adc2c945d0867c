/*
 * Bodies with room before them, in the same memory, for the head of the answer that hands them out: head and body then
 * leave in one write (send-whole.ts). Such a body is a plain Buffer to everybody else.
 */

/** A head of ours is about 350 bytes. */
const ROOM_BYTES = 512;

export interface Room {
  /** The room and the body behind it. */
  memory: Buffer;
  /** Where the body begins. */
  bodyAt: number;
  /** What was written last; `null` before. */
  head: RoomHead | null;
}

export interface RoomHead {
  contentType: string;
  cacheControl: string;
  etag: string | null;
  isGzip: boolean;
  isNegotiated: boolean;
  /** Head and body. */
  answer: Buffer;
  /** The instant in its Date. */
  second: number;
}

const rooms = new WeakMap<Buffer, Room>();

/** The pieces one after the other, copied. */
export function joinRoomy(pieces: readonly Uint8Array[]): Buffer {
  const length = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const memory = Buffer.allocUnsafe(ROOM_BYTES + length);
  let at = ROOM_BYTES;
  for (const piece of pieces) {
    memory.set(piece, at);
    at += piece.byteLength;
  }
  const body = memory.subarray(ROOM_BYTES);
  rooms.set(body, { memory, bodyAt: ROOM_BYTES, head: null });
  return body;
}

/** `null`: this very Buffer was not made by joinRoomy(). */
export function findRoom(body: Buffer): Room | null {
  return rooms.get(body) ?? null;
}
