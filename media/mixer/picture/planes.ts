import { AV_PIX_FMT_YUV420P } from "node-av/constants";
import { Frame } from "node-av/lib";
import { must } from "../native.ts";

/** A yuv420p frame of our own and lasting views of its planes. */
export interface OwnedPicture {
  frame: Frame;
  /** Y, U, V. */
  planes: [Buffer, Buffer, Buffer];
  strides: number[];
  widthPx: number;
  heightPx: number;
}

/** Limited-range luma and chroma. */
export interface YuvColour {
  y: number;
  u: number;
  v: number;
}

/** A yuv420p frame with memory. The caller frees it. */
export function createFrame(widthPx: number, heightPx: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = widthPx;
  frame.height = heightPx;
  frame.format = AV_PIX_FMT_YUV420P;
  must("allocate picture", frame.getBuffer(0));
  return frame;
}

/** The caller frees `frame`. */
export function createPicture(widthPx: number, heightPx: number): OwnedPicture {
  const frame = createFrame(widthPx, heightPx);
  const data = frame.data!;
  return {
    frame,
    planes: [data[0]!, data[1]!, data[2]!],
    strides: frame.linesize.slice(0, 3),
    widthPx,
    heightPx,
  };
}

export function fillPicture(picture: OwnedPicture, colour: YuvColour): void {
  picture.planes[0].fill(colour.y);
  picture.planes[1].fill(colour.u);
  picture.planes[2].fill(colour.v);
}

/** Copies a yuv420p frame of the same size, whatever its strides. */
export function copyFrame(from: Frame, to: OwnedPicture): void {
  const data = from.data!;
  const strides = from.linesize;
  for (const plane of [0, 1, 2] as const) {
    const shift = plane === 0 ? 0 : 1;
    const width = to.widthPx >> shift;
    for (let row = 0; row < to.heightPx >> shift; row += 1) {
      const start = row * strides[plane]!;
      data[plane]!.copy(to.planes[plane], row * to.strides[plane]!, start, start + width);
    }
  }
}
