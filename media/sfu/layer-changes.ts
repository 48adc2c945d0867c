import type { types } from "mediasoup";

/** What waits in a full line has run out by then: routers hold about half a second. */
const DRAIN_MS = 500;

export interface ConsumerLayer {
  spatialLayer: number;
  isLineFull: boolean;
}

/**
 * Which of the programme's two pictures a viewer gets, and whether any. Packets that a full line lost are asked for
 * again, and what is sent again keeps it full: the smaller picture would be lost like the larger. So, to who says that
 * their line is full, the picture pauses for a moment, what is asked for again is forgotten, and the small picture's
 * key frame finds the line empty.
 */
export class LayerChanges {
  readonly #draining = new Map<types.Consumer, ReturnType<typeof setTimeout>>();

  async choose(consumer: types.Consumer, { spatialLayer, isLineFull }: ConsumerLayer): Promise<void> {
    if (isLineFull && !consumer.paused) {
      clearTimeout(this.#draining.get(consumer));
      this.#draining.set(
        consumer,
        setTimeout(() => void this.setPaused(consumer, false).catch(() => {}), DRAIN_MS),
      );
      await consumer.pause();
    }
    await consumer.setPreferredLayers({ spatialLayer });
  }

  /** What a viewer says holds, whatever their line is doing. */
  async setPaused(consumer: types.Consumer, isPaused: boolean): Promise<void> {
    clearTimeout(this.#draining.get(consumer));
    this.#draining.delete(consumer);
    if (consumer.closed) return;
    await (isPaused ? consumer.pause() : consumer.resume());
  }
}
