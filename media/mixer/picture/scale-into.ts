import { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, type AVPixelFormat, SWS_BILINEAR } from "node-av/constants";
import { type Frame, SoftwareScaleContext } from "node-av/lib";
import { must } from "../native.ts";
import type { Fit, Place } from "./layout.ts";
import type { OwnedPicture } from "./planes.ts";

/** Pictures in 4:2:0 can be cut by moving the plane pointers; other formats are scaled whole. */
const CUTTABLE = new Set<number>([AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P]);

/** Draws one source's pictures into a canvas by libswscale, without a copy between; keeps the scaler while sizes stay. */
export class ScaleInto {
  readonly #intoFormat: AVPixelFormat;
  #scaler: SoftwareScaleContext | null = null;
  #key = "";

  /** `intoFormat`: 4:2:0, limited range unless said otherwise. */
  constructor(intoFormat: AVPixelFormat = AV_PIX_FMT_YUV420P) {
    this.#intoFormat = intoFormat;
  }

  draw(frame: Frame, fit: Fit, canvas: OwnedPicture): void {
    const format = frame.format as number;
    const source = CUTTABLE.has(format)
      ? fit.source
      : { x: 0, y: 0, widthPx: frame.width, heightPx: frame.height };
    const data = frame.data;
    if (!data) return;
    const strides = frame.linesize.slice(0, data.length);
    const from = source.x + source.y > 0 ? cut(data, strides, source) : data;
    const { target } = fit;
    const isSameSize = source.widthPx === target.widthPx && source.heightPx === target.heightPx;
    if (isSameSize && format === this.#intoFormat) {
      copyPlanes(from, strides, canvas, target);
      return;
    }
    const scaler = this.#scalerFor(source, format, target);
    const into = cut(canvas.planes, canvas.strides, target);
    must("scale", scaler.scaleSync(from, strides, 0, source.heightPx, into, canvas.strides));
  }

  #scalerFor(source: Place, format: number, target: Place): SoftwareScaleContext {
    const key = `${source.widthPx}x${source.heightPx}/${format}>${target.widthPx}x${target.heightPx}`;
    if (this.#scaler && key === this.#key) return this.#scaler;
    this.close();
    const scaler = new SoftwareScaleContext();
    scaler.getContext(
      source.widthPx,
      source.heightPx,
      format as never,
      target.widthPx,
      target.heightPx,
      this.#intoFormat,
      SWS_BILINEAR,
    );
    must("prepare scaler", scaler.initContext());
    this.#scaler = scaler;
    this.#key = key;
    return scaler;
  }

  close(): void {
    this.#scaler?.freeContext();
    this.#scaler = null;
  }
}

function cut(planes: Buffer[], strides: number[], at: Place): Buffer[] {
  return planes.slice(0, 3).map((plane, index) => {
    const shift = index === 0 ? 0 : 1;
    return plane.subarray((at.y >> shift) * strides[index]! + (at.x >> shift));
  });
}

function copyPlanes(from: Buffer[], strides: number[], canvas: OwnedPicture, target: Place): void {
  for (let plane = 0; plane < 3; plane += 1) {
    const shift = plane === 0 ? 0 : 1;
    const source = from[plane]!;
    const into = canvas.planes[plane as 0 | 1 | 2];
    const width = target.widthPx >> shift;
    const rows = target.heightPx >> shift;
    const stride = strides[plane]!;
    const intoStride = canvas.strides[plane]!;
    const start = (target.y >> shift) * intoStride + (target.x >> shift);
    if (stride === intoStride && width === intoStride) source.copy(into, start, 0, stride * rows);
    else {
      for (let row = 0; row < rows; row += 1) {
        source.copy(into, start + row * intoStride, row * stride, row * stride + width);
      }
    }
  }
}
