import { drawLabel, type Label, labelScale, lettersThatFit } from "./label.ts";
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
    const at = { picture, canvasHeightPx: this.#canvasHeightPx, isBelow };
    const letters = lettersThatFit(at);
    if (name === "" || letters < MIN_LETTERS) return null;
    const scale = labelScale(at);
    const key = `${scale} ${letters} ${name}`;
    const label = this.#labels.get(key);
    if (label === undefined) this.#draw(key, name, { letters, scale });
    return label ?? null;
  }

  #draw(key: string, name: string, { letters, scale }: { letters: number; scale: number }): void {
    const oldest = this.#labels.keys().next();
    if (this.#labels.size >= MAX_KEPT && !oldest.done) this.#labels.delete(oldest.value);
    this.#labels.set(key, null);
    drawLabel(name, letters, scale).then(
      (label) => this.#labels.set(key, label),
      (error: Error) => console.error(`label: ${error.message}`),
    );
  }
}
