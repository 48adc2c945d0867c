import { describe, expect, it } from "vitest";
import {
  blendLabel,
  drawLabel,
  hasRoomBelow,
  labelScale,
  lettersThatFit,
} from "../../../../media/mixer/picture/label.ts";
import { fitPicture, layoutPlaces } from "../../../../media/mixer/picture/layout.ts";
import { createPicture, fillPicture, type OwnedPicture } from "../../../../media/mixer/picture/planes.ts";

const canvas = { widthPx: 1280, heightPx: 720 };
const camera = { widthPx: 1280, heightPx: 720 };

describe("where a name goes", () => {
  it("is below the speaker's picture beside slides, where it covers no face", () => {
    const place = layoutPlaces("slides-with-speaker", canvas, 2)[1]!;
    const { target } = fitPicture(camera, place, { mayCrop: true });
    expect(hasRoomBelow(target, place, canvas.heightPx)).toBe(true);
    const at = { picture: target, canvasHeightPx: 720, isBelow: true };
    expect(labelScale(at)).toBe(1);
    expect(lettersThatFit(at)).toBeGreaterThanOrEqual("Aino Lehtokangas".length);
  });

  it("is over a picture that fills its place", () => {
    for (const [layout, count] of [
      ["full", 1],
      ["side-by-side", 2],
      ["interview", 4],
    ] as const)
      for (const place of layoutPlaces(layout, canvas, count)) {
        const { target } = fitPicture(camera, place, { mayCrop: true });
        expect(hasRoomBelow(target, place, canvas.heightPx)).toBe(false);
      }
  });
});

describe("how large a name is", () => {
  it.each([480, 720, 1080])(
    "leaves three quarters of a picture in picture free, and fits whole (%i lines)",
    async (heightPx) => {
      const size = { widthPx: Math.ceil((heightPx * 16) / 9 / 16) * 16, heightPx };
      const small = layoutPlaces("picture-in-picture", size, 2)[1]!;
      const at = { picture: small, canvasHeightPx: heightPx, isBelow: false };
      expect(lettersThatFit(at)).toBeGreaterThanOrEqual("Aino Lehtokangas".length);
      const label = await drawLabel("Aino Lehtokangas", lettersThatFit(at), labelScale(at));
      const on = createPicture(size.widthPx, heightPx);
      fillPicture(on, { y: 180, u: 128, v: 128 });
      blendLabel(label, on, small, false);
      const rows = changedRows(on, 180);
      on.frame.free();
      const bottom = small.y + small.heightPx;
      expect(rows.length).toBeGreaterThan(small.heightPx / 8);
      expect(rows[0]).toBeGreaterThan(bottom - small.heightPx / 4);
      expect(rows.at(-1)).toBeLessThan(bottom);
    },
  );

  it("is the same over all larger pictures", () => {
    for (const layout of ["full", "side-by-side", "interview"] as const)
      for (const picture of layoutPlaces(layout, canvas, 4))
        expect(labelScale({ picture, canvasHeightPx: 720, isBelow: false })).toBe(1);
  });
});

function changedRows({ planes: [luma], strides, widthPx, heightPx }: OwnedPicture, was: number): number[] {
  const isChanged = (y: number) =>
    luma.subarray(y * strides[0]!, y * strides[0]! + widthPx).some((value) => value !== was);
  return Array.from({ length: heightPx }, (_, y) => y).filter(isChanged);
}
