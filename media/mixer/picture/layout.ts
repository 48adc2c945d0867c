import type { Scene } from "../mixer-messages.ts";

/** A place on the canvas, in luma pixels; all four even, `x` and `widthPx` multiples of 16. */
export interface Place {
  x: number;
  y: number;
  widthPx: number;
  heightPx: number;
}

/**
 * Places for the pictures that can be seen now, in the scene's order. When some are missing the rest close up:
 * one of a pair has the whole canvas, none is no place at all (the slate).
 */
export function layoutPlaces(
  layout: Scene["layout"],
  canvas: { widthPx: number; heightPx: number },
  count: number,
): Place[] {
  const whole = place(canvas, 0, 0, 1, 1);
  if (layout === "slate" || count === 0) return [];
  if (count === 1 || layout === "full" || layout === "video") return [whole];
  switch (layout) {
    case "picture-in-picture":
      return [whole, place(canvas, 0.7375, 0.7, 0.2375, 0.2375)];
    case "slides-with-speaker":
      return [place(canvas, 0.0125, 0.11, 0.75, 0.78), place(canvas, 0.775, 0.3, 0.2125, 0.4)];
    case "side-by-side":
      return [tile(canvas, 0.0125, 0.25), tile(canvas, 0.5125, 0.25)];
    case "interview":
      return interviewPlaces(canvas, Math.min(count, 4));
  }
}

function interviewPlaces(canvas: { widthPx: number; heightPx: number }, count: number): Place[] {
  if (count === 2) return [tile(canvas, 0.0125, 0.25), tile(canvas, 0.5125, 0.25)];
  const top = [tile(canvas, 0.0125, 0.0125), tile(canvas, 0.5125, 0.0125)];
  if (count === 3) return [...top, tile(canvas, 0.2625, 0.5125)];
  return [...top, tile(canvas, 0.0125, 0.5125), tile(canvas, 0.5125, 0.5125)];
}

/** Just under half the canvas each way. */
function tile(canvas: { widthPx: number; heightPx: number }, x: number, y: number): Place {
  return place(canvas, x, y, 0.475, 0.475);
}

function place(
  canvas: { widthPx: number; heightPx: number },
  x: number,
  y: number,
  width: number,
  height: number,
): Place {
  const round = (value: number, step: number) => Math.round(value / step) * step;
  const left = round(x * canvas.widthPx, 16);
  const top = round(y * canvas.heightPx, 2);
  return {
    x: left,
    y: top,
    widthPx:
      width === 1 ? canvas.widthPx : Math.min(round(width * canvas.widthPx, 16), canvas.widthPx - left),
    heightPx: Math.min(round(height * canvas.heightPx, 2), canvas.heightPx - top),
  };
}

/** Largest share of a picture that is cut off to fill its place; past that it is shown whole, with borders. */
const MAX_CROP = 0.12;
const MAX_TRIM = 0.06;

/**
 * The middle of a picture in this size, when no more than `MAX_TRIM` of each side is left over: a place's own size and
 * twice that are worth it, since pixels as they came, and exact halves, are sharper and cost a fifth.
 */
function middle(picture: Place, { widthPx, heightPx }: { widthPx: number; heightPx: number }): Place | null {
  const [right, below] = [picture.widthPx - widthPx, picture.heightPx - heightPx];
  if (right < 0 || below < 0 || right > MAX_TRIM * picture.widthPx || below > MAX_TRIM * picture.heightPx)
    return null;
  return { x: Math.floor(right / 4) * 2, y: Math.floor(below / 4) * 2, widthPx, heightPx };
}

/** Which part of a picture (even pixels) is drawn where, so that it fills its place or is letterboxed in it. */
export interface Fit {
  source: Place;
  target: Place;
}

export function fitPicture(
  picture: { widthPx: number; heightPx: number },
  into: Place,
  options: { mayCrop: boolean },
): Fit {
  const even = (value: number) => Math.max(2, Math.floor(value / 2) * 2);
  const wide = (value: number) => Math.max(16, Math.round(value / 16) * 16);
  const ratio = picture.widthPx / picture.heightPx;
  const intoRatio = into.widthPx / into.heightPx;
  const loss = ratio > intoRatio ? 1 - intoRatio / ratio : 1 - ratio / intoRatio;
  const whole: Place = { x: 0, y: 0, widthPx: even(picture.widthPx), heightPx: even(picture.heightPx) };
  for (const step of options.mayCrop ? [1, 2] : []) {
    const exact = middle(whole, { widthPx: step * into.widthPx, heightPx: step * into.heightPx });
    if (exact) return { source: exact, target: into };
  }
  if (loss < 0.02) return { source: whole, target: into };
  if (options.mayCrop && loss <= MAX_CROP) {
    const widthPx = ratio > intoRatio ? even(picture.heightPx * intoRatio) : whole.widthPx;
    const heightPx = ratio > intoRatio ? whole.heightPx : even(picture.widthPx / intoRatio);
    const x = Math.floor((whole.widthPx - widthPx) / 4) * 2;
    const y = Math.floor((whole.heightPx - heightPx) / 4) * 2;
    return { source: { x, y, widthPx, heightPx }, target: into };
  }
  const widthPx = ratio > intoRatio ? into.widthPx : Math.min(into.widthPx, wide(into.heightPx * ratio));
  const heightPx = ratio > intoRatio ? even(into.widthPx / ratio) : into.heightPx;
  const x = into.x + Math.floor((into.widthPx - widthPx) / 32) * 16;
  const y = into.y + Math.floor((into.heightPx - heightPx) / 4) * 2;
  return { source: whole, target: { x, y, widthPx, heightPx } };
}
