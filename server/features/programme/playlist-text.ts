/*
 * A text that only grows at its end, for playlists of hours: whole segments are put in once, and both the plain and
 * the gzip form of "all of it and this tail" cost only the tail. Gzip: RFC 1952, one member whose deflate blocks were
 * made apart (each flushed to a byte border with an empty window, so they may stand behind one another).
 */
import { constants, crc32, deflateRawSync } from "node:zlib";
import { joinRoomy } from "../../platform/hls/roomy.ts";

/** Texts shorter than this wait for more before they are compressed for good. */
const CHUNK_BYTES = 16 * 1024;
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

export class PlaylistText {
  readonly #plain: Buffer[] = [];
  readonly #deflated: Buffer[] = [];
  #pending = "";
  #crc = 0;
  #bytes = 0;

  append(text: string): void {
    this.#pending += text;
    if (this.#pending.length < CHUNK_BYTES) return;
    const chunk = Buffer.from(this.#pending);
    this.#pending = "";
    this.#plain.push(chunk);
    this.#deflated.push(deflateRawSync(chunk, { finishFlush: constants.Z_FULL_FLUSH }));
    this.#crc = crc32(chunk, this.#crc);
    this.#bytes += chunk.length;
  }

  plain(tail: string): Buffer {
    return joinRoomy([...this.#plain, Buffer.from(this.#pending + tail)]);
  }

  gzip(tail: string): Buffer {
    const rest = Buffer.from(this.#pending + tail);
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc32(rest, this.#crc), 0);
    trailer.writeUInt32LE((this.#bytes + rest.length) >>> 0, 4);
    return joinRoomy([GZIP_HEAD, ...this.#deflated, deflateRawSync(rest), trailer]);
  }
}
