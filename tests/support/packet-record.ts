/*
 * Every datagram that a media node sends to one page: a relay in front of the node's UDP port, which the page is led
 * to. `close()` ends it.
 */
import { createSocket, type Socket } from "node:dgram";
import type { Page } from "playwright-core";

export interface RecordedPacket {
  /** By its first bytes (RFC 7983, RFC 5761). */
  kind: "stun" | "dtls" | "rtp" | "rtcp" | "other";
  bytes: number;
}

export class PacketRecord {
  readonly packets: RecordedPacket[] = [];
  readonly #near = createSocket("udp4");
  /** The page's sockets as the node sees them. */
  readonly #far = new Map<number, Socket>();

  /** `mediaPort`: the node's, on 127.0.0.1. */
  static async create(mediaPort: number): Promise<PacketRecord> {
    const record = new PacketRecord(mediaPort);
    await new Promise<void>((resolve) => record.#near.bind(0, "127.0.0.1", resolve));
    return record;
  }

  private constructor(mediaPort: number) {
    this.#near.on("message", (bytes, { port }) => this.#farOf(port).send(bytes, mediaPort, "127.0.0.1"));
  }

  /** Leads the page's UDP here and leaves it no other way. Before its script runs. */
  lead(page: Page): Promise<unknown> {
    return page.addInitScript((port) => {
      const original = RTCPeerConnection.prototype.setRemoteDescription;
      RTCPeerConnection.prototype.setRemoteDescription = function (description) {
        const lines = (description?.sdp ?? "").split("\r\n");
        const sdp = lines
          .filter((line) => !/^a=candidate:.* tcp /i.test(line))
          .map((line) => line.replace(/^(a=candidate:.*) \d+ typ /, `$1 ${port} typ `))
          .join("\r\n");
        return Reflect.apply(original, this, [{ ...description, sdp }]);
      };
    }, this.#near.address().port);
  }

  count(kind: RecordedPacket["kind"]): number {
    return this.packets.filter((packet) => packet.kind === kind).length;
  }

  close(): void {
    this.#near.close();
    for (const socket of this.#far.values()) socket.close();
  }

  #farOf(pagePort: number): Socket {
    const known = this.#far.get(pagePort);
    if (known) return known;
    const socket = createSocket("udp4");
    socket.on("message", (bytes) => {
      this.packets.push({ kind: kindOf(bytes), bytes: bytes.length });
      this.#near.send(bytes, pagePort, "127.0.0.1");
    });
    this.#far.set(pagePort, socket);
    return socket;
  }
}

function kindOf([first = 0, second = 0]: Buffer): RecordedPacket["kind"] {
  if (first < 4) return "stun";
  if (first >= 20 && first < 64) return "dtls";
  if (first < 128 || first > 191) return "other";
  return second >= 192 && second < 224 ? "rtcp" : "rtp";
}
