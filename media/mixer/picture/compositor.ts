import type { Scene } from "../mixer-messages.ts";
import { blendLabel, hasRoomBelow } from "./label.ts";
import type { LabelShelf } from "./label-shelf.ts";
import { fitPicture, layoutPlaces, type Place } from "./layout.ts";
import type { ShownPicture } from "./picture-queue.ts";
import { createPicture, fillPicture, type OwnedPicture, type YuvColour } from "./planes.ts";
import { joinRows, type Rows } from "./rows.ts";
import { ScaleInto } from "./scale-into.ts";

/** What one place of the scene shows now. */
export interface VisiblePicture {
  sourceId: string;
  label: string;
  picture: ShownPicture;
  /** Slides and videos are never cropped. */
  isWhole: boolean;
}

/** Behind and around pictures: a calm near-black blue. */
const BACKDROP: YuvColour = { y: 27, u: 133, v: 124 };

/**
 * Owns the canvas. Draws only what changed since the last frame: a place whose source has a newer picture; all
 * of it when the arrangement changed.
 */
export class Compositor {
  readonly canvas: OwnedPicture;
  readonly #scalers = new Map<string, ScaleInto>();
  readonly #drawn = new Map<string, number>();
  /** Sources whose names have been laid below their pictures. */
  readonly #labelled = new Set<string>();
  #arrangement = "";
  #changed: Rows | null = null;

  readonly #labels: LabelShelf;
  readonly #onFailed: (sourceId: string, reason: string) => void;
  readonly #lastFrame: { arrangement: string };

  /**
   * `onFailed`: a source's picture cannot be drawn; its place stays as it was. `lastFrame`: of the programme, shared by
   * the compositors that make its frames in turn.
   */
  constructor(
    size: { widthPx: number; heightPx: number },
    options: {
      labels: LabelShelf;
      onFailed: (sourceId: string, reason: string) => void;
      lastFrame?: { arrangement: string };
    },
  ) {
    this.#lastFrame = options.lastFrame ?? { arrangement: "" };
    this.#labels = options.labels;
    this.#onFailed = options.onFailed;
    this.canvas = createPicture(size.widthPx, size.heightPx);
    fillPicture(this.canvas, BACKDROP);
  }

  /**
   * `slate` is shown when nothing can be seen. The canvas must not be in use by an encoder. Answers the rows that were
   * drawn on; the others are as they were in the last frame too, though that was another compositor's.
   */
  compose(
    layout: Scene["layout"],
    visible: VisiblePicture[],
    slate: { picture: OwnedPicture; serial: number },
  ): Rows | null {
    this.#changed = null;
    const places = layoutPlaces(layout, this.canvas, visible.length);
    if (places.length === 0) {
      this.#rearrange(`slate ${slate.serial}`, () => copyPicture(slate.picture, this.canvas));
      return this.#changed;
    }
    const shown = visible.slice(0, places.length);
    const parts = shown.map((one, index) => `${one.sourceId} ${one.label} ${placeKey(one, places[index]!)}`);
    this.#rearrange(`${layout} ${parts.join("|")}`, () => fillPicture(this.canvas, BACKDROP));
    let isCovered = false;
    for (const [index, one] of shown.entries()) {
      // A picture in picture lies on the first one, and is drawn again with it.
      if (!isCovered && this.#drawn.get(one.sourceId) === one.picture.serial) continue;
      isCovered ||= layout === "picture-in-picture";
      const { y, heightPx } = places[index]!;
      // A name, too, lies within its place.
      this.#changed = joinRows(this.#changed, { from: y, until: y + heightPx });
      this.#draw(one, places[index]!);
    }
    return this.#changed;
  }

  #draw(one: VisiblePicture, place: Place): void {
    const { frame, serial } = one.picture;
    const fit = fitPicture({ widthPx: frame.width, heightPx: frame.height }, place, {
      mayCrop: !one.isWhole,
    });
    let scaler = this.#scalers.get(one.sourceId);
    if (!scaler) {
      scaler = new ScaleInto();
      this.#scalers.set(one.sourceId, scaler);
    }
    try {
      scaler.draw(frame, fit, this.canvas);
    } catch (error) {
      this.#onFailed(one.sourceId, (error as Error).message);
      return;
    }
    this.#drawLabel(one, fit.target, place);
    this.#drawn.set(one.sourceId, serial);
  }

  /** Each frame over the picture that covered it; below a picture that leaves room, once. */
  #drawLabel(one: VisiblePicture, picture: Place, place: Place): void {
    const isBelow = hasRoomBelow(picture, place, this.canvas.heightPx);
    if (isBelow && this.#labelled.has(one.sourceId)) return;
    const label = this.#labels.find(one.label, picture, isBelow);
    if (!label) return;
    blendLabel(label, this.canvas, picture, isBelow);
    this.#labelled.add(one.sourceId);
  }

  #rearrange(arrangement: string, clear: () => void): void {
    const isAsBefore = arrangement === this.#lastFrame.arrangement;
    this.#lastFrame.arrangement = arrangement;
    if (!isAsBefore || arrangement !== this.#arrangement) {
      this.#changed = { from: 0, until: this.canvas.heightPx };
    }
    if (arrangement === this.#arrangement) return;
    this.#arrangement = arrangement;
    this.#drawn.clear();
    this.#labelled.clear();
    clear();
  }

  forget(sourceId: string): void {
    this.#scalers.get(sourceId)?.close();
    this.#scalers.delete(sourceId);
    this.#drawn.delete(sourceId);
    this.#labelled.delete(sourceId);
  }

  close(): void {
    for (const scaler of this.#scalers.values()) scaler.close();
    this.#scalers.clear();
    this.canvas.frame.free();
  }
}

/** A picture that changes its shape leaves other borders, so the place is cleared. */
function placeKey(one: VisiblePicture, place: Place): string {
  const { width, height } = one.picture.frame;
  return `${place.x},${place.y},${place.widthPx},${place.heightPx},${width}x${height}`;
}

function copyPicture(from: OwnedPicture, to: OwnedPicture): void {
  for (const plane of [0, 1, 2] as const) from.planes[plane].copy(to.planes[plane]);
}
