import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Scene } from "../../../../media/mixer/mixer-messages.ts";
import { fitPicture, layoutPlaces } from "../../../../media/mixer/picture/layout.ts";

const layouts: Scene["layout"][] = [
  "full",
  "side-by-side",
  "picture-in-picture",
  "interview",
  "slides-with-speaker",
  "video",
];
const canvas = { widthPx: 1280, heightPx: 720 };

describe("places on the canvas", () => {
  it("never leaves the canvas, at any size, and stays on the grid that the scaler needs", () => {
    for (const size of [canvas, { widthPx: 640, heightPx: 360 }, { widthPx: 320, heightPx: 180 }]) {
      for (const layout of layouts) {
        for (const count of [1, 2, 3, 4, 5]) {
          for (const place of layoutPlaces(layout, size, count)) {
            expect(place.x % 16).toBe(0);
            expect(place.y % 2).toBe(0);
            expect(place.widthPx % 16).toBe(0);
            expect(place.heightPx % 2).toBe(0);
            expect(place.x + place.widthPx).toBeLessThanOrEqual(size.widthPx);
            expect(place.y + place.heightPx).toBeLessThanOrEqual(size.heightPx);
          }
        }
      }
    }
  });

  it("gives one that is left the whole canvas, whatever the scene", () => {
    for (const layout of layouts) {
      expect(layoutPlaces(layout, canvas, 1)).toEqual([{ x: 0, y: 0, ...canvas }]);
    }
  });

  it("has no place when nothing can be seen, and none on a slate", () => {
    for (const layout of layouts) expect(layoutPlaces(layout, canvas, 0)).toEqual([]);
    expect(layoutPlaces("slate", canvas, 3)).toEqual([]);
  });

  it("shows at most four in an interview", () => {
    expect(layoutPlaces("interview", canvas, 6)).toHaveLength(4);
  });

  it("gives slides about three quarters of the width, and they do not touch the speaker", () => {
    const [slides, speaker] = layoutPlaces("slides-with-speaker", canvas, 2);
    expect(slides!.widthPx / canvas.widthPx).toBeCloseTo(0.75, 1);
    expect(speaker!.x).toBeGreaterThanOrEqual(slides!.x + slides!.widthPx);
  });
});

describe("fitting a picture into its place", () => {
  it("takes exactly twice the place's size out of a camera that is little larger, never out of slides", () => {
    const camera = { widthPx: 1280, heightPx: 720 };
    const [place] = layoutPlaces("side-by-side", canvas, 2);
    expect(fitPicture(camera, place!, { mayCrop: true })).toEqual({
      source: { x: 32, y: 18, widthPx: 1216, heightPx: 684 },
      target: place,
    });
    expect(fitPicture(camera, place!, { mayCrop: false }).source).toEqual({ x: 0, y: 0, ...camera });
    const larger = { widthPx: 1300, heightPx: 732 };
    expect(fitPicture(larger, place!, { mayCrop: true }).source).toEqual({ x: 0, y: 0, ...larger });
  });

  it("takes a layer of half the canvas as it is, but for its rim", () => {
    const layer = { widthPx: 640, heightPx: 360 };
    const [place] = layoutPlaces("side-by-side", canvas, 2);
    expect(fitPicture(layer, place!, { mayCrop: true })).toEqual({
      source: { x: 16, y: 8, widthPx: 608, heightPx: 342 },
      target: place,
    });
    expect(fitPicture(layer, place!, { mayCrop: false }).source).toEqual({ x: 0, y: 0, ...layer });
  });

  it("stays within picture and place for any sizes", () => {
    const size = fc.integer({ min: 8, max: 1000 }).map((half) => half * 2);
    fc.assert(
      fc.property(
        size,
        size,
        fc.boolean(),
        fc.constantFrom(...layouts),
        (widthPx, heightPx, mayCrop, layout) => {
          for (const into of layoutPlaces(layout, canvas, 2)) {
            const { source, target } = fitPicture({ widthPx, heightPx }, into, { mayCrop });
            expect(source.x + source.widthPx).toBeLessThanOrEqual(widthPx);
            expect(source.y + source.heightPx).toBeLessThanOrEqual(heightPx);
            expect(target.x).toBeGreaterThanOrEqual(into.x);
            expect(target.y).toBeGreaterThanOrEqual(into.y);
            expect(target.x + target.widthPx).toBeLessThanOrEqual(into.x + into.widthPx);
            expect(target.y + target.heightPx).toBeLessThanOrEqual(into.y + into.heightPx);
            for (const value of [source.x, source.y, source.widthPx, source.heightPx, target.x, target.y]) {
              expect(value % 2).toBe(0);
            }
          }
        },
      ),
    );
  });

  it("shows a portrait picture whole, in the middle", () => {
    const [whole] = layoutPlaces("full", canvas, 1);
    const { target } = fitPicture({ widthPx: 720, heightPx: 1280 }, whole!, { mayCrop: true });
    expect(target.heightPx).toBe(720);
    expect(target.widthPx).toBe(400);
    expect(target.x).toBe(432);
  });

  it("crops a little where that fills the place, but never slides", () => {
    const place = { x: 0, y: 0, widthPx: 640, heightPx: 400 };
    const cropped = fitPicture({ widthPx: 1280, heightPx: 720 }, place, { mayCrop: true });
    expect(cropped.target).toEqual(place);
    expect(cropped.source.widthPx).toBeLessThan(1280);
    const whole = fitPicture({ widthPx: 1280, heightPx: 720 }, place, { mayCrop: false });
    expect(whole.source.widthPx).toBe(1280);
    expect(whole.target.heightPx).toBeLessThan(400);
  });
});
