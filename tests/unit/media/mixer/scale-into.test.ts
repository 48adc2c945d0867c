import "../../../support/quiet-ffmpeg.ts";
import { afterEach, describe, expect, it } from "vitest";
import { fitPicture, type Place } from "../../../../media/mixer/picture/layout.ts";
import { createPicture, fillPicture, type OwnedPicture } from "../../../../media/mixer/picture/planes.ts";
import { ScaleInto } from "../../../../media/mixer/picture/scale-into.ts";

const GREY = { y: 16, u: 128, v: 128 };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function picture(widthPx: number, heightPx: number): OwnedPicture {
  const made = createPicture(widthPx, heightPx);
  closers.push(() => made.frame.free());
  return made;
}

/** Every pixel another value, the same in each run. */
function speckle(of: OwnedPicture): OwnedPicture {
  let seed = 7;
  for (const plane of of.planes) {
    for (let at = 0; at < plane.length; at += 1) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      plane[at] = seed >>> 24;
    }
  }
  return of;
}

function scaler(): ScaleInto {
  const made = new ScaleInto();
  closers.push(() => made.close());
  return made;
}

const pixel = (of: OwnedPicture, plane: 0 | 1 | 2, x: number, y: number) =>
  of.planes[plane][y * of.strides[plane]! + x]!;

/** How many pixels in a place are not the mean of four of the source, and how many around it are not grey. */
function differences(source: OwnedPicture, from: Place, canvas: OwnedPicture, at: Place) {
  const found = { inside: 0, outside: 0 };
  for (const plane of [0, 1, 2] as const) {
    const shift = plane === 0 ? 0 : 1;
    const background = plane === 0 ? GREY.y : GREY.u;
    for (let y = 0; y < canvas.heightPx >> shift; y += 1) {
      for (let x = 0; x < canvas.widthPx >> shift; x += 1) {
        const [column, row] = [x - (at.x >> shift), y - (at.y >> shift)];
        const isInside =
          column >= 0 && row >= 0 && column < at.widthPx >> shift && row < at.heightPx >> shift;
        const [sx, sy] = [(from.x >> shift) + 2 * column, (from.y >> shift) + 2 * row];
        const four = () =>
          pixel(source, plane, sx, sy) +
          pixel(source, plane, sx + 1, sy) +
          pixel(source, plane, sx, sy + 1) +
          pixel(source, plane, sx + 1, sy + 1);
        if (isInside && pixel(canvas, plane, x, y) !== (four() + 2) >> 2) found.inside += 1;
        if (!isInside && pixel(canvas, plane, x, y) !== background) found.outside += 1;
      }
    }
  }
  return found;
}

describe("drawing half of a picture's size", () => {
  it.each([
    { what: "a place whose chroma rows are no multiple of 16", widthPx: 304, heightPx: 170, x: 16, y: 32 },
    { what: "a place at the right lower corner", widthPx: 80, heightPx: 46, x: 304, y: 162 },
    { what: "the whole canvas", widthPx: 384, heightPx: 208, x: 0, y: 0 },
  ])("is the mean of each four pixels, and nothing around it: $what", ({ what: _, ...at }) => {
    const canvas = picture(384, 208);
    fillPicture(canvas, GREY);
    const source = speckle(picture(2 * at.widthPx + 36, 2 * at.heightPx + 20));
    const from = { x: 18, y: 10, widthPx: 2 * at.widthPx, heightPx: 2 * at.heightPx };
    const draws = scaler();
    draws.draw(source.frame, { source: from, target: at }, canvas);
    expect(differences(source, from, canvas, at)).toEqual({ inside: 0, outside: 0 });
    fillPicture(canvas, GREY);
    draws.draw(source, { source: from, target: at }, canvas);
    expect(differences(source, from, canvas, at)).toEqual({ inside: 0, outside: 0 });
  });

  it("follows a source that changes its size, and a place that moves", () => {
    const canvas = picture(384, 208);
    const draws = scaler();
    for (const [widthPx, heightPx, x] of [
      [128, 64, 0],
      [256, 128, 64],
      [128, 64, 128],
    ] as const) {
      fillPicture(canvas, GREY);
      const source = speckle(picture(widthPx, heightPx));
      const from = { x: 0, y: 0, widthPx, heightPx };
      const at = { x, y: 16, widthPx: widthPx / 2, heightPx: heightPx / 2 };
      draws.draw(source.frame, { source: from, target: at }, canvas);
      expect(differences(source, from, canvas, at)).toEqual({ inside: 0, outside: 0 });
    }
  });
});

describe("drawing a picture as it is", () => {
  it.each([
    { what: "out of the middle", widthPx: 304, heightPx: 170, x: 16, y: 32 },
    { what: "at the right lower corner", widthPx: 80, heightPx: 46, x: 304, y: 162 },
    { what: "over the whole canvas", widthPx: 384, heightPx: 208, x: 0, y: 0 },
  ])("copies its pixels and nothing around them, whatever its size becomes: $what", ({ what: _, ...at }) => {
    const canvas = picture(384, 208);
    const draws = scaler();
    for (const rim of [18, 0, 10]) {
      fillPicture(canvas, GREY);
      const source = speckle(picture(at.widthPx + 2 * rim, at.heightPx + 2 * rim));
      const from = { ...at, x: rim, y: rim };
      draws.draw(source.frame, { source: from, target: at }, canvas);
      for (const plane of [0, 1, 2] as const) {
        const shift = plane === 0 ? 0 : 1;
        const wrong = { inside: 0, outside: 0 };
        for (let y = 0; y < canvas.heightPx >> shift; y += 1) {
          for (let x = 0; x < canvas.widthPx >> shift; x += 1) {
            const [column, row] = [x - (at.x >> shift), y - (at.y >> shift)];
            const isInside =
              column >= 0 && row >= 0 && column < at.widthPx >> shift && row < at.heightPx >> shift;
            const expected = isInside
              ? pixel(source, plane, column + (rim >> shift), row + (rim >> shift))
              : plane === 0
                ? GREY.y
                : GREY.u;
            if (pixel(canvas, plane, x, y) !== expected) wrong[isInside ? "inside" : "outside"] += 1;
          }
        }
        expect(wrong).toEqual({ inside: 0, outside: 0 });
      }
    }
  });
});

describe("drawing at any other size", () => {
  it("fills its place with the picture and leaves the rest", () => {
    const canvas = picture(384, 208);
    fillPicture(canvas, GREY);
    const source = picture(320, 240);
    fillPicture(source, { y: 200, u: 90, v: 60 });
    const at = { x: 64, y: 20, widthPx: 112, heightPx: 84 };
    const fit = fitPicture(source, at, { mayCrop: false });
    scaler().draw(source.frame, fit, canvas);
    const { target } = fit;
    for (const [x, y] of [
      [target.x, target.y],
      [target.x + target.widthPx - 1, target.y + target.heightPx - 1],
    ] as const) {
      expect(Math.abs(pixel(canvas, 0, x, y) - 200)).toBeLessThanOrEqual(1);
      expect(Math.abs(pixel(canvas, 1, x >> 1, y >> 1) - 90)).toBeLessThanOrEqual(1);
    }
    expect(pixel(canvas, 0, target.x - 1, target.y)).toBe(GREY.y);
    expect(pixel(canvas, 0, target.x + target.widthPx, target.y)).toBe(GREY.y);
    expect(pixel(canvas, 0, target.x, target.y + target.heightPx)).toBe(GREY.y);
  });
});
