import { NAL_IDR, nalType, START_CODE } from "./h264-nal.ts";
import type { OrderedPacket } from "./reorder.ts";

export interface AccessUnit {
  /** Annex B. */
  data: Buffer;
  /** 32-bit RTP timestamp, 90 kHz. */
  timestamp: number;
  isKey: boolean;
}

const STAP_A = 24;
const FU_A = 28;
/** Larger than any picture a backstage camera sends; bounds what a hostile sender makes us hold. */
const MAX_UNIT_BYTES = 8 * 1024 * 1024;

/**
 * RFC 6184, packetization modes 0 and 1. After a loss nothing comes out until the next IDR, since pictures
 * with missing references are worse than a still one.
 */
export class H264Depacketizer {
  #pieces: Buffer[] = [];
  #bytes = 0;
  #timestamp: number | null = null;
  #isKey = false;
  #isBroken = false;
  #isInFragment = false;
  #waitsForKey = true;

  /** True until an IDR came, at first and after each loss. */
  get waitsForKey(): boolean {
    return this.#waitsForKey;
  }

  /** What was received is useless to the decoder: start again at the next IDR. */
  restart(): void {
    this.#waitsForKey = true;
  }

  push({ packet, isAfterLoss }: OrderedPacket): AccessUnit[] {
    const out: AccessUnit[] = [];
    if (isAfterLoss) {
      this.#isBroken = this.#timestamp !== null;
      this.#isInFragment = false;
      this.#waitsForKey = true;
    }
    if (this.#timestamp !== null && packet.timestamp !== this.#timestamp) this.#finish(out);
    this.#timestamp = packet.timestamp;
    this.#take(packet.payload);
    if (packet.marker) this.#finish(out);
    return out;
  }

  #take(payload: Buffer): void {
    const type = nalType(payload);
    if (type >= 1 && type <= 23) this.#append(payload);
    else if (type === STAP_A) this.#takeAggregate(payload);
    else if (type === FU_A) this.#takeFragment(payload);
  }

  #takeAggregate(payload: Buffer): void {
    let at = 1;
    while (at + 2 < payload.length) {
      const size = payload.readUInt16BE(at);
      this.#append(payload.subarray(at + 2, at + 2 + size));
      at += 2 + size;
    }
  }

  #takeFragment(payload: Buffer): void {
    if (payload.length < 3) return;
    const indicator = payload[0]!;
    const header = payload[1]!;
    if (header & 0x80) {
      this.#isInFragment = true;
      this.#append(Buffer.from([(indicator & 0xe0) | (header & 0x1f)]));
    } else if (!this.#isInFragment) {
      this.#isBroken = true;
      return;
    }
    this.#hold(payload.subarray(2));
    if (header & 0x40) this.#isInFragment = false;
  }

  #append(nal: Buffer): void {
    if (nal.length === 0) return;
    if (nalType(nal) === NAL_IDR) this.#isKey = true;
    this.#hold(START_CODE);
    this.#hold(nal);
  }

  /** Of a unit that is too large nothing more is held. */
  #hold(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes <= MAX_UNIT_BYTES) {
      this.#pieces.push(piece);
      return;
    }
    this.#isBroken = true;
    this.#pieces = [];
  }

  #finish(out: AccessUnit[]): void {
    const isWhole = this.#pieces.length > 0 && !this.#isBroken && !this.#isInFragment;
    if (isWhole && this.#isKey) this.#waitsForKey = false;
    else if (!isWhole) this.#waitsForKey = true;
    if (isWhole && !this.#waitsForKey) {
      out.push({ data: Buffer.concat(this.#pieces), timestamp: this.#timestamp!, isKey: this.#isKey });
    }
    this.#pieces = [];
    this.#bytes = 0;
    this.#timestamp = null;
    this.#isKey = false;
    this.#isBroken = false;
    this.#isInFragment = false;
  }
}
