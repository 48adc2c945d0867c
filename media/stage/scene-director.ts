import type { Scene } from "../mixer/mixer-messages.ts";
import { monotonicMs } from "../monotonic.ts";
import { chooseScene, freshMemory, type SceneInput, type SceneMemory } from "./choose-scene.ts";

/** The first moment of a change shakes (camera on, microphone on, screen on): one choice for all of it. */
const SETTLE_MS = 30;

/** Chooses again whenever something changed, and says so when the outcome did. Owned by the stage. */
export class SceneDirector {
  readonly #look: () => Omit<SceneInput, "nowMs">;
  readonly #onScene: (scene: Scene) => void;
  #memory: SceneMemory = freshMemory;
  #scene: Scene = { layout: "slate", pictures: [], audible: [] };
  #timer: NodeJS.Timeout | undefined;
  #dueAtMs = Number.POSITIVE_INFINITY;
  #isClosed = false;

  constructor(look: () => Omit<SceneInput, "nowMs">, onScene: (scene: Scene) => void) {
    this.#look = look;
    this.#onScene = onScene;
  }

  get scene(): Scene {
    return this.#scene;
  }

  /** Something that the choice depends on changed. */
  changed(): void {
    this.#chooseIn(SETTLE_MS);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #chooseIn(delayMs: number): void {
    const dueAtMs = monotonicMs() + delayMs;
    if (this.#isClosed || dueAtMs >= this.#dueAtMs) return;
    clearTimeout(this.#timer);
    this.#dueAtMs = dueAtMs;
    this.#timer = setTimeout(() => this.#choose(), delayMs);
  }

  #choose(): void {
    this.#dueAtMs = Number.POSITIVE_INFINITY;
    const { scene, memory, recheckInMs } = chooseScene(
      { ...this.#look(), nowMs: monotonicMs() },
      this.#memory,
    );
    this.#memory = memory;
    if (recheckInMs !== null) this.#chooseIn(Math.ceil(recheckInMs) + 1);
    if (JSON.stringify(scene) === JSON.stringify(this.#scene)) return;
    this.#scene = scene;
    this.#onScene(scene);
  }
}
