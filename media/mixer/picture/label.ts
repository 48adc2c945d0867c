import { assScript, dialogue, plain } from "./ass-script.ts";
import { drawScript } from "./draw-script.ts";
import type { Place } from "./layout.ts";
import type { OwnedPicture } from "./planes.ts";

/** A name in its box, ready to be laid over a picture: out = (in × (256 - alpha) + ink) / 256. */
export interface Label {
  widthPx: number;
  heightPx: number;
  alpha: Uint16Array;
  ink: Uint16Array;
  /** Half size, for U and V, which go towards grey. */
  chromaAlpha: Uint16Array;
}

/** The box: nearly black, so that white text on it has contrast over any picture. */
const BOX_ALPHA = 0.72;
const BOX_LUMA = 24;
/** Height of the canvas for which the sizes below are given. */
const SHEET_HEIGHT = 720;
const BOX_HEIGHT = 46;
const TEXT_SIZE = 32;
const PADDING = 16;
const EDGE = 20;
/** The most of a picture's height that a box over it covers: a face needs the rest of a small one. */
const MAX_COVER = 1 / 6;

/** Where a name is to lie: over or below a picture, on a canvas of this height. */
export interface LabelPlace {
  picture: Place;
  canvasHeightPx: number;
  isBelow: boolean;
}

/** Pixels for one of the sizes above. All names of a canvas are as large, but for those over a small picture. */
export function labelScale({ picture, canvasHeightPx, isBelow }: LabelPlace): number {
  const scale = canvasHeightPx / SHEET_HEIGHT;
  return isBelow ? scale : Math.min(scale, (picture.heightPx * MAX_COVER) / BOX_HEIGHT);
}

/** How much of a name fits, in letters: over a picture with an edge round it, below one from side to side. */
export function lettersThatFit(at: LabelPlace): number {
  const around = 2 * PADDING + (at.isBelow ? 0 : 2 * EDGE);
  return Math.floor((at.picture.widthPx / labelScale(at) - around) / (TEXT_SIZE * 0.43));
}

/** Draws a name in this scale. @throws NativeError */
export async function drawLabel(name: string, letters: number, scale: number): Promise<Label> {
  const text = name.length > letters ? `${name.slice(0, Math.max(1, letters - 1)).trimEnd()}…` : name;
  const heightPx = Math.round((BOX_HEIGHT * scale) / 2) * 2;
  const sheetPx = Math.ceil((letters * TEXT_SIZE * 0.9 + 2 * PADDING) * scale * 0.5) * 2;
  const script = assScript(
    [
      dialogue(
        `{\\q2\\an4\\pos(${PADDING * scale},${heightPx / 2})\\fs${TEXT_SIZE * scale}\\fnInter SemiBold}${plain(text)}`,
      ),
    ],
    { widthPx: sheetPx, heightPx, margin: 0 },
  );
  const sheet = await drawScript(script, { widthPx: sheetPx, heightPx, background: "0x000000" });
  try {
    return labelFrom(sheet, PADDING * scale);
  } finally {
    sheet.frame.free();
  }
}

/** White on black becomes coverage; the box ends a padding after the last letter. */
function labelFrom(sheet: OwnedPicture, paddingPx: number): Label {
  const [luma] = sheet.planes;
  const stride = sheet.strides[0]!;
  const { heightPx } = sheet;
  const coverage = (x: number, y: number) => Math.max(0, Math.min(1, (luma[y * stride + x]! - 16) / 219));
  let last = 0;
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = last; x < sheet.widthPx; x += 1) if (coverage(x, y) > 0.1) last = x;
  }
  const widthPx = Math.min(sheet.widthPx, Math.ceil((last + paddingPx) / 2) * 2);
  const label: Label = {
    widthPx,
    heightPx,
    alpha: new Uint16Array(widthPx * heightPx),
    ink: new Uint16Array(widthPx * heightPx),
    chromaAlpha: new Uint16Array((widthPx / 2) * (heightPx / 2)),
  };
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      const box = BOX_ALPHA * cornerCoverage(x, y, label);
      const ink = coverage(x, y);
      const alpha = box + ink - box * ink;
      label.alpha[y * widthPx + x] = Math.round(alpha * 256);
      label.ink[y * widthPx + x] = Math.round((BOX_LUMA * box * (1 - ink) + 235 * ink) * 256);
      if (x % 2 === 0 && y % 2 === 0) {
        label.chromaAlpha[(y / 2) * (widthPx / 2) + x / 2] = Math.round(alpha * 256);
      }
    }
  }
  return label;
}

/** 1 inside the box with rounded corners, 0 outside, between at the edge. */
function cornerCoverage(x: number, y: number, box: { widthPx: number; heightPx: number }): number {
  const radius = box.heightPx / 5;
  const dx = Math.max(radius - x - 0.5, x + 0.5 - (box.widthPx - radius), 0);
  const dy = Math.max(radius - y - 0.5, y + 0.5 - (box.heightPx - radius), 0);
  return Math.max(0, Math.min(1, radius + 0.5 - Math.hypot(dx, dy)));
}

/** Whether a place has room for a name below the picture that lies in it, so that no face is covered. */
export function hasRoomBelow(picture: Place, place: Place, canvasHeightPx: number): boolean {
  const free = place.y + place.heightPx - (picture.y + picture.heightPx);
  return free >= ((BOX_HEIGHT + EDGE / 2) * canvasHeightPx) / SHEET_HEIGHT;
}

/** Lays a label over the lower left corner of a picture, or below it. The latter only once: nothing redraws there. */
export function blendLabel(label: Label, canvas: OwnedPicture, picture: Place, isBelow: boolean): void {
  const edge = Math.round((EDGE * label.heightPx) / BOX_HEIGHT / 2) * 2;
  const left = picture.x + (isBelow ? 0 : edge);
  const bottom = picture.y + picture.heightPx;
  const top = isBelow ? bottom + ((edge / 2) & ~1) : bottom - edge - label.heightPx;
  const width = Math.min(label.widthPx, picture.widthPx - (isBelow ? 0 : 2 * edge)) & ~1;
  if (top < picture.y || width <= 0 || top + label.heightPx > canvas.heightPx) return;
  blendPlane(
    canvas.planes[0],
    { offset: top * canvas.strides[0]! + left, stride: canvas.strides[0]!, width, rows: label.heightPx },
    label.alpha,
    label.ink,
    label.widthPx,
  );
  for (const plane of [1, 2] as const) {
    const stride = canvas.strides[plane]!;
    const at = { offset: (top / 2) * stride + left / 2, stride, width: width / 2, rows: label.heightPx / 2 };
    blendPlane(canvas.planes[plane], at, label.chromaAlpha, null, label.widthPx / 2);
  }
}

/** `ink` `null`: towards the grey of U and V. */
function blendPlane(
  plane: Buffer,
  at: { offset: number; stride: number; width: number; rows: number },
  alpha: Uint16Array,
  ink: Uint16Array | null,
  labelStride: number,
): void {
  for (let row = 0; row < at.rows; row += 1) {
    const start = at.offset + row * at.stride;
    for (let x = 0; x < at.width; x += 1) {
      const a = alpha[row * labelStride + x]!;
      const add = ink ? ink[row * labelStride + x]! : 128 * a;
      plane[start + x] = (plane[start + x]! * (256 - a) + add) >> 8;
    }
  }
}
