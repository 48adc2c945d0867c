/*
 * One RTCPeerConnection to one receiving transport of the media node: at most one sound and one picture, whose tracks
 * stay the same while the streams behind them come and go. Owned and closed by its entrance.
 */
import type { ConsumerOptions, TransportOptions } from "../api/contract.ts";
import { type ReceivedSection, writeOffer } from "./receive-sdp.ts";

interface Section extends ReceivedSection {
  consumerId: string | null;
}

export interface ReceiverEvents {
  onTrack: (track: MediaStreamTrack) => void;
  onState: (state: RTCPeerConnectionState) => void;
}

export class AudienceReceiver {
  readonly connection: RTCPeerConnection;
  readonly #sections: Section[] = [];
  #transport: TransportOptions | null = null;
  #version = 0;
  #negotiating: Promise<void> = Promise.resolve();

  /** May be made ahead of the answer that it will be opened with. */
  constructor(certificate: RTCCertificate, { onTrack, onState }: ReceiverEvents) {
    this.connection = new RTCPeerConnection({ certificates: [certificate], bundlePolicy: "max-bundle" });
    this.connection.addEventListener("track", ({ track }) => onTrack(track));
    this.connection.addEventListener("connectionstatechange", () => onState(this.connection.connectionState));
  }

  get transportId(): string | null {
    return this.#transport?.id ?? null;
  }

  /** Of the one that is received now. */
  consumerIdOf(kind: ConsumerOptions["kind"]): string | null {
    return this.#sections.find((one) => one.kind === kind)?.consumerId ?? null;
  }

  open(transport: TransportOptions, consumers: readonly ConsumerOptions[]): Promise<void> {
    this.#transport = transport;
    return this.receive(consumers);
  }

  /** The newest of a kind takes the place of an earlier one. */
  receive(consumers: readonly ConsumerOptions[]): Promise<void> {
    let isChanged = false;
    for (const { id, kind, rtpParameters } of consumers) {
      let section = this.#sections.find((one) => one.kind === kind);
      if (section?.consumerId === id) continue;
      if (!section) {
        section = { kind, consumerId: null, rtpParameters };
        this.#sections.push(section);
      }
      Object.assign(section, { consumerId: id, rtpParameters });
      isChanged = true;
    }
    return isChanged ? this.#negotiate() : this.#negotiating;
  }

  /** What is not among them does not come any more. */
  keep(consumers: readonly ConsumerOptions[]): void {
    const there = new Set(consumers.map((one) => one.id));
    for (const { consumerId } of this.#sections)
      if (consumerId !== null && !there.has(consumerId)) this.drop(consumerId);
  }

  drop(consumerId: string): void {
    const section = this.#sections.find((one) => one.consumerId === consumerId);
    // The section keeps its stream's description: nothing comes, and a new stream is one negotiation.
    if (section) section.consumerId = null;
  }

  restartIce(iceParameters: TransportOptions["iceParameters"]): Promise<void> {
    this.#transport = { ...this.#transport!, iceParameters };
    return this.#negotiate();
  }

  close(): void {
    this.connection.close();
  }

  /** One after the other; what changed meanwhile is in the next. */
  #negotiate(): Promise<void> {
    const next = this.#negotiating
      .catch(() => {})
      .then(async () => {
        const { connection } = this;
        if (connection.signalingState === "closed") return;
        const offer = { transport: this.#transport!, sections: this.#sections, version: ++this.#version };
        // Both at once: the browser answers by itself as soon as it has the offer, however busy the page is.
        await Promise.all([
          connection.setRemoteDescription({ type: "offer", sdp: writeOffer(offer) }),
          connection.setLocalDescription(),
        ]);
      });
    this.#negotiating = next;
    return next;
  }
}
