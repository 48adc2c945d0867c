import { drawLabel, type Label, lettersThatFit } from "./label.ts";
import type { Place } from "./layout.ts";

const MAX_KEPT = 40;
/** A place with room for fewer letters goes without. */
const MIN_LETTERS = 6;

/** Names that were drawn, for both canvases. A new one is drawn off the frame's path and is there some frames later. */
export class LabelShelf {
  readonly #canvasHeightPx: number;
  readonly #labels = new Map<string, Label | null>();

  constructor(canvasHeightPx: number) {
    this.#canvasHeightPx = canvasHeightPx;
  }

  /** `null`: not drawn yet, or no room for it. */
  find(name: string, picture: Place, isBelow: boolean): Label | null {
    const letters = lettersThatFit(picture, { canvasHeightPx: this.#canvasHeightPx, isBelow });
    if (name === "" || letters < MIN_LETTERS) return null;
    const key = `${letters} ${name}`;
    const label = this.#labels.get(key);
    if (label === undefined) this.#draw(key, name, letters);
    return label ?? null;
  }

  #draw(key: string, name: string, letters: number): void {
    const oldest = this.#labels.keys().next();
    if (this.#labels.size >= MAX_KEPT && !oldest.done) this.#labels.delete(oldest.value);
    this.#labels.set(key, null);
    drawLabel(name, letters, this.#canvasHeightPx).then(
      (label) => this.#labels.set(key, label),
      (error: Error) => console.error(`label: ${error.message}`),
    );
  }
}
