import type { types } from "mediasoup";
import { refusingBadMedia } from "../media-error.ts";
import type { Peer } from "./peer.ts";

/** What waits in a full line has run out by then: routers hold about half a second. */
const DRAIN_MS = 500;

export interface ConsumerLayer {
  spatialLayer: number;
  isLineFull: boolean;
}

/**
 * What a room's peers say of what they receive: whether it comes, and which of two pictures. Packets that a full line
 * lost are asked for again, and what is sent again keeps it full: the smaller picture would be lost like the larger. So,
 * to who says that their line is full, the picture pauses for a moment, what is asked for again is forgotten, and the
 * small picture's key frame finds the line empty.
 */
export class RoomConsumers {
  readonly #requirePeer: (peerId: string) => Peer;
  readonly #draining = new Map<types.Consumer, ReturnType<typeof setTimeout>>();

  constructor(requirePeer: (peerId: string) => Peer) {
    this.#requirePeer = requirePeer;
  }

  /** What a viewer says holds, whatever their line is doing. */
  async setPaused(peerId: string, consumerId: string, isPaused: boolean): Promise<void> {
    const consumer = this.#requirePeer(peerId).requireConsumer(consumerId);
    await refusingBadMedia(() => this.#turn(consumer, isPaused));
  }

  async setLayer(peerId: string, consumerId: string, layer: ConsumerLayer): Promise<void> {
    const consumer = this.#requirePeer(peerId).requireConsumer(consumerId);
    await refusingBadMedia(async () => {
      if (layer.isLineFull && !consumer.paused) await this.#drain(consumer);
      await consumer.setPreferredLayers({ spatialLayer: layer.spatialLayer });
    });
  }

  async #drain(consumer: types.Consumer): Promise<void> {
    clearTimeout(this.#draining.get(consumer));
    const goOn = () => void this.#turn(consumer, false).catch(() => {});
    this.#draining.set(consumer, setTimeout(goOn, DRAIN_MS));
    await consumer.pause();
  }

  async #turn(consumer: types.Consumer, isPaused: boolean): Promise<void> {
    clearTimeout(this.#draining.get(consumer));
    this.#draining.delete(consumer);
    if (consumer.closed) return;
    await (isPaused ? consumer.pause() : consumer.resume());
  }
}
