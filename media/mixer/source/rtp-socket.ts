import { createSocket, type Socket } from "node:dgram";
import { parseRtp, type RtpPacket } from "../rtp/rtp-packet.ts";

/** The two loopback ports on which one stream comes in. What comes to the RTCP port is not needed and dropped. */
export class RtpSocket {
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  #isClosed = false;

  constructor(options: {
    port: number;
    rtcpPort: number;
    payloadType: number;
    ssrc: number;
    onPacket: (packet: RtpPacket) => void;
    onFailed: (reason: string) => void;
  }) {
    const fail = (error: Error) => {
      if (!this.#isClosed) options.onFailed(error.message);
    };
    this.#rtp = createSocket({ type: "udp4", recvBufferSize: 2 << 20 });
    this.#rtcp = createSocket({ type: "udp4" });
    this.#rtp.on("error", fail);
    this.#rtcp.on("error", fail);
    this.#rtp.on("message", (datagram) => {
      const packet = parseRtp(datagram);
      if (!packet || packet.payloadType !== options.payloadType) return;
      // ssrc 0: whoever sends to this port.
      if (options.ssrc !== 0 && packet.ssrc !== options.ssrc) return;
      if (packet.payload.length === 0) return;
      try {
        options.onPacket(packet);
      } catch {
        // One packet that cannot be understood is one that was lost.
      }
    });
    this.#rtp.bind(options.port, "127.0.0.1");
    if (options.rtcpPort !== options.port) this.#rtcp.bind(options.rtcpPort, "127.0.0.1");
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rtp.close();
    this.#rtcp.close();
  }
}
