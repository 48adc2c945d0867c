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

/**
 * Halves `source` (even, twice the target's size) of a yuv420p picture into the whole of a yuv420p frame. Nobody may
 * hold views of that frame's planes: filling it moves it to other memory then.
 */
export function halveInto(picture: OwnedPicture, source: Place, target: Frame): void {
  const { width: widthPx, height: heightPx } = target;
  const targetBytes = (widthPx * heightPx * 3) / 2;
  const bytes = memoryOf(targetBytes + MARGIN + source.heightPx * picture.strides[0]! + MARGIN);
  const from = targetBytes + MARGIN;
  let into = 0;
  for (const plane of [0, 1, 2] as const) {
    const shift = plane === 0 ? 0 : 1;
    const stride = picture.strides[plane]!;
    const begin = (source.y >> shift) * stride;
    bytes.set(picture.planes[plane].subarray(begin, begin + (source.heightPx >> shift) * stride), from);
    const [width, height] = [widthPx >> shift, heightPx >> shift];
    halve(from + (source.x >> shift), stride, into, width, width, height);
    into += width * height;
  }
  must("fill picture", target.fromBuffer(Buffer.from(bytes.buffer, 0, targetBytes)));
}

function memoryOf(length: number): Uint8Array {
  const missing = length - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  return new Uint8Array(memory.buffer);
}
