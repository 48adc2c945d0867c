import type { Frame } from "node-av/lib";
import { must } from "../native.ts";
import { HALVE_CODE } from "./halve-code.ts";
import type { Place } from "./layout.ts";
import type { OwnedPicture } from "./planes.ts";

/*
 * Half of each side, each pixel the mean of four: what libswscale's area scaling makes of it, at a fifth of its cost
 * (its horizontal scaler has no fast path on many processors). Planes go through a WebAssembly memory.
 */

const PAGE = 65_536;
const memory = new WebAssembly.Memory({ initial: 1 });
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(HALVE_CODE), { m: { memory } });
const halve = exports.halve as (
  source: number,
  sourceStride: number,
  target: number,
  targetStride: number,
  widthPx: number,
  heightPx: number,
) => void;
/** What the function may touch past the end. */
const MARGIN = 64;

const PLANES = [0, 1, 2] as const;
const shiftOf = (plane: number) => (plane === 0 ? 0 : 1);

/**
 * Halves `source` (even, twice the target's size) of a yuv420p picture into the whole of a yuv420p frame. Nobody may
 * hold views of that frame's planes: filling it moves it to other memory then.
 */
export function halveInto(picture: OwnedPicture, source: Place, target: Frame): void {
  const { width } = target;
  const [bytes, end] = halvePlanes(picture, source, [width, width >> 1, width >> 1]);
  must("fill picture", target.fromBuffer(Buffer.from(bytes.buffer, 0, end)));
}

/** Halves whole rows of a picture into those from `y` on of one of half its width; `y` and their count are even. */
export function halveRows(picture: OwnedPicture, source: Place, target: OwnedPicture, y: number): void {
  const [bytes] = halvePlanes(picture, source, target.strides);
  let from = 0;
  for (const plane of PLANES) {
    const shift = shiftOf(plane);
    const stride = target.strides[plane]!;
    const end = from + stride * (source.heightPx >> (shift + 1));
    target.planes[plane].set(bytes.subarray(from, end), (y >> shift) * stride);
    from = end;
  }
}

/** The halves of the planes one after the other, rows `strides` apart, and where they end; gone with the next call. */
function halvePlanes(
  picture: OwnedPicture,
  source: Place,
  strides: readonly number[],
): [bytes: Uint8Array, end: number] {
  const [widthPx, heightPx] = [source.widthPx >> 1, source.heightPx >> 1];
  const end = PLANES.reduce<number>((sum, plane) => sum + strides[plane]! * (heightPx >> shiftOf(plane)), 0);
  const from = end + MARGIN;
  const bytes = memoryOf(from + source.heightPx * picture.strides[0]! + MARGIN);
  let into = 0;
  for (const plane of PLANES) {
    const shift = shiftOf(plane);
    const stride = picture.strides[plane]!;
    const begin = (source.y >> shift) * stride;
    bytes.set(picture.planes[plane].subarray(begin, begin + (source.heightPx >> shift) * stride), from);
    const [width, height] = [widthPx >> shift, heightPx >> shift];
    halve(from + (source.x >> shift), stride, into, strides[plane]!, width, height);
    into += strides[plane]! * height;
  }
  return [bytes, end];
}

function memoryOf(length: number): Uint8Array {
  const missing = length - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  return new Uint8Array(memory.buffer);
}
