import "../../../support/quiet-ffmpeg.ts";
import { afterEach, describe, expect, it } from "vitest";
import type { Scene } from "../../../../media/mixer/mixer-messages.ts";
import { Compositor, type VisiblePicture } from "../../../../media/mixer/picture/compositor.ts";
import { LabelShelf } from "../../../../media/mixer/picture/label-shelf.ts";
import { createPicture, fillPicture, type OwnedPicture } from "../../../../media/mixer/picture/planes.ts";
import { type Rows, rowsToHalve } from "../../../../media/mixer/picture/rows.ts";
import { ScaleInto } from "../../../../media/mixer/picture/scale-into.ts";

/** A place's own size, so that what is drawn is what was given. */
const CANVAS = { widthPx: 640, heightPx: 360 };
const PLACE = { widthPx: 304, heightPx: 172 };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function picture(size: { widthPx: number; heightPx: number }, luma: number): OwnedPicture {
  const made = createPicture(size.widthPx, size.heightPx);
  fillPicture(made, { y: luma, u: 255 - luma, v: luma >> 1 });
  closers.push(() => made.frame.free());
  return made;
}

function differingRows(one: OwnedPicture, other: OwnedPicture): string[] {
  return ([0, 1, 2] as const).flatMap((plane) => {
    const shift = plane === 0 ? 0 : 1;
    const row = (of: OwnedPicture, y: number) => {
      const start = y * of.strides[plane]!;
      return of.planes[plane].subarray(start, start + (of.widthPx >> shift));
    };
    const rows = Array.from({ length: one.heightPx >> shift }, (_, y) => y);
    return rows.filter((y) => !row(one, y).equals(row(other, y))).map((y) => `plane ${plane}, row ${y}`);
  });
}

/** Two canvases in turn and the half picture that follows them, as a mixer and its smaller rung have them. */
class Programme {
  readonly half = picture({ widthPx: CANVAS.widthPx / 2, heightPx: CANVAS.heightPx / 2 }, 0);
  readonly #slate = picture(CANVAS, 50);
  readonly #scaler = new ScaleInto();
  readonly #compositors: Compositor[];
  #frame = 0;

  constructor() {
    const lastFrame = { arrangement: "" };
    const labels = new LabelShelf(CANVAS.heightPx);
    const onFailed = (_: string, reason: string) => {
      throw new Error(reason);
    };
    this.#compositors = [0, 1].map(() => new Compositor(CANVAS, { labels, onFailed, lastFrame }));
    closers.push(() => this.#scaler.close());
    for (const compositor of this.#compositors) closers.push(() => compositor.close());
  }

  /** `serials`: which picture of each source is shown. Answers the rows that changed. */
  next(layout: Scene["layout"], serials: number[]): Rows | null {
    const compositor = this.#compositors[this.#frame % 2]!;
    this.#frame += 1;
    const visible = serials.map((serial, source): VisiblePicture => {
      const { frame } = picture(PLACE, (40 + 90 * source + 7 * serial) % 256);
      return {
        sourceId: `source-${source}`,
        label: "",
        picture: { frame, serial, playAtMs: 0 },
        isWhole: false,
      };
    });
    const changed = compositor.compose(layout, visible, { picture: this.#slate, serial: 1 });
    if (changed) this.#scaler.draw(compositor.canvas, rowsToHalve(changed, CANVAS), this.half);
    const whole = picture({ widthPx: this.half.widthPx, heightPx: this.half.heightPx }, 0);
    this.#scaler.draw(compositor.canvas, rowsToHalve({ from: 0, until: CANVAS.heightPx }, CANVAS), whole);
    expect(differingRows(this.half, whole)).toEqual([]);
    return changed;
  }
}

describe("the rows of a canvas that changed", () => {
  it("are those of the places with newer pictures, and none without", () => {
    const programme = new Programme();
    const all = { from: 0, until: 360 };
    expect([1, 1].map((serial) => programme.next("interview", [serial, 1, 1]))).toEqual([all, all]);
    expect(programme.next("interview", [1, 1, 1])).toBeNull();
    // The upper two places, then the one below them, each on both canvases.
    const [upper, again] = [programme.next("interview", [2, 1, 1]), programme.next("interview", [2, 1, 1])];
    expect(upper!.until).toBeLessThan(200);
    expect(again).toEqual(upper);
    const below = programme.next("interview", [2, 1, 2]);
    expect(below!.from).toBeGreaterThan(upper!.until);
    expect(programme.next("interview", [2, 1, 2])).toEqual(below);
    expect(programme.next("interview", [2, 1, 2])).toBeNull();
    expect(programme.next("interview", [3, 1, 3])).toEqual({ from: upper!.from, until: below!.until });
  });

  it("are all when a frame between two alike was arranged otherwise", () => {
    const programme = new Programme();
    for (let n = 0; n < 4; n += 1) programme.next("side-by-side", [1, 1]);
    programme.next("full", [1]);
    expect(programme.next("side-by-side", [1, 1])).toEqual({ from: 0, until: 360 });
    programme.next("slate", []);
    expect(programme.next("side-by-side", [1, 1])).toEqual({ from: 0, until: 360 });
  });

  it("leave a half picture the same as the whole canvas halved, whatever is shown", () => {
    const programme = new Programme();
    const layouts = [
      "full",
      "side-by-side",
      "interview",
      "picture-in-picture",
      "slides-with-speaker",
    ] as const;
    let seed = 11;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 16) % below;
    };
    const serials = [1, 1, 1, 1];
    let layout: Scene["layout"] = "full";
    for (let frame = 0; frame < 150; frame += 1) {
      if (random(6) === 0) layout = layouts[random(layouts.length)]!;
      for (const source of serials.keys()) if (random(3) === 0) serials[source]! += 1;
      programme.next(layout, serials.slice(0, random(12) === 0 ? random(5) : 4));
    }
  });
});
