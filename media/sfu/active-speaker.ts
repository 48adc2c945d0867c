import type { types } from "mediasoup";

/*
 * Who speaks in a room: the dominant speaker while anybody is heard, nobody after a second of silence. Owned by the
 * room; its observers die with the router.
 */

/** Below this (dBov) a microphone counts as silent. */
const SILENCE_THRESHOLD = -60;
const LEVEL_INTERVAL_MS = 500;
/** Silences before nobody is named: pauses between sentences are no end of a turn. */
const SILENCES_TO_NOBODY = 3;

export class ActiveSpeaker {
  readonly #dominance: types.ActiveSpeakerObserver;
  readonly #levels: types.AudioLevelObserver;
  readonly #onChanged: (producerId: string | null) => void;
  #current: string | null = null;
  #silences = 0;

  static async create(
    router: types.Router,
    onChanged: (producerId: string | null) => void,
  ): Promise<ActiveSpeaker> {
    const [dominance, levels] = await Promise.all([
      router.createActiveSpeakerObserver({ interval: 300 }),
      router.createAudioLevelObserver({
        maxEntries: 1,
        threshold: SILENCE_THRESHOLD,
        interval: LEVEL_INTERVAL_MS,
      }),
    ]);
    return new ActiveSpeaker(dominance, levels, onChanged);
  }

  private constructor(
    dominance: types.ActiveSpeakerObserver,
    levels: types.AudioLevelObserver,
    onChanged: (producerId: string | null) => void,
  ) {
    this.#dominance = dominance;
    this.#levels = levels;
    this.#onChanged = onChanged;
    dominance.on("dominantspeaker", ({ producer }) => this.#set(producer.id));
    levels.on("volumes", ([loudest]) => {
      this.#silences = 0;
      // The observer of dominance tells changes only: after a silence the same speaker would stay unnamed.
      if (this.#current === null && loudest) this.#set(loudest.producer.id);
    });
    levels.on("silence", () => {
      this.#silences += 1;
      if (this.#silences >= SILENCES_TO_NOBODY) this.#set(null);
    });
  }

  /** Failures mean that the producer or the room is closing. */
  async watch(producer: types.Producer): Promise<void> {
    producer.observer.once("close", () => {
      if (this.#current === producer.id) this.#set(null);
    });
    await Promise.all([
      this.#dominance.addProducer({ producerId: producer.id }),
      this.#levels.addProducer({ producerId: producer.id }),
    ]).catch(() => undefined);
  }

  #set(producerId: string | null): void {
    if (producerId !== null) this.#silences = 0;
    if (producerId === this.#current) return;
    this.#current = producerId;
    this.#onChanged(producerId);
  }
}
