import { createSocket, type Socket } from "node:dgram";
import type { RtpTarget } from "../mixer-messages.ts";
import { writeRtpHeader, writeSenderReport } from "./rtp-packet.ts";

const REPORT_EVERY_MS = 1000;

/** The two sockets (RTP, RTCP) from which all of the programme's streams leave; a comedia transport sees one tuple. */
export class RtpSockets {
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  #isClosed = false;

  constructor() {
    // Targets are addresses, never names: no lookup.
    const lookup = (host: string, _options: unknown, done: (e: null, a: string, f: number) => void) =>
      done(null, host, host.includes(":") ? 6 : 4);
    const create = () => createSocket({ type: "udp4", lookup: lookup as never, sendBufferSize: 1 << 20 });
    this.#rtp = create();
    this.#rtcp = create();
    // A receiver that is gone for a moment must not end the programme. Packets are sent without a callback each: Node
    // calls those in a tick of their own, and tells errors of single packets to nobody else.
    this.#rtp.on("error", () => {});
    this.#rtcp.on("error", () => {});
    this.#rtp.unref();
    this.#rtcp.unref();
  }

  sendRtp(target: RtpTarget, header: Buffer, payload: Uint8Array): void {
    if (!this.#isClosed) this.#rtp.send([header, payload], target.port, target.ip);
  }

  sendRtcp(target: RtpTarget, packet: Buffer): void {
    if (!this.#isClosed) this.#rtcp.send(packet, target.rtcpPort, target.ip);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rtp.close();
    this.#rtcp.close();
  }
}

/**
 * One outgoing RTP stream. Its timestamps are the programme's time itself, the same for all rungs, and its
 * sender reports give that time's wall clock, so that a simulcast receiver can change rungs.
 */
export class RtpStreamOut {
  readonly #sockets: RtpSockets;
  readonly #target: RtpTarget;
  readonly #clockRate: number;
  readonly #cname: string;
  #sequence = Math.floor(Math.random() * 0x8000);
  #packets = 0;
  #octets = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;

  constructor(sockets: RtpSockets, options: { target: RtpTarget; clockRate: number; cname: string }) {
    this.#sockets = sockets;
    this.#target = options.target;
    this.#clockRate = options.clockRate;
    this.#cname = options.cname;
  }

  /** `atMs` is the programme time of the sample, `wallMs` its wall clock. The last payload carries the marker. */
  send(payloads: Uint8Array[], atMs: number, wallMs: number): void {
    const timestamp = this.#timestamp(atMs);
    for (const [index, payload] of payloads.entries()) {
      const header = writeRtpHeader({
        payloadType: this.#target.payloadType,
        marker: index === payloads.length - 1,
        sequence: this.#sequence,
        timestamp,
        ssrc: this.#target.ssrc,
      });
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#packets += 1;
      this.#octets += payload.length;
      this.#sockets.sendRtp(this.#target, header, payload);
    }
    if (atMs - this.#reportedMs < REPORT_EVERY_MS) return;
    this.#reportedMs = atMs;
    this.#sockets.sendRtcp(
      this.#target,
      writeSenderReport({
        ssrc: this.#target.ssrc,
        wallMs,
        rtpTimestamp: timestamp,
        packets: this.#packets,
        octets: this.#octets,
        cname: this.#cname,
      }),
    );
  }

  #timestamp(atMs: number): number {
    return Math.round((atMs * this.#clockRate) / 1000) % 0x1_0000_0000;
  }
}
