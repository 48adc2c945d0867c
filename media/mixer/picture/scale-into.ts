import {
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  type AVPixelFormat,
  SWS_AREA,
  SWS_BILINEAR,
} from "node-av/constants";
import { type Frame, SoftwareScaleContext } from "node-av/lib";
import { must } from "../native.ts";
import type { Fit, Place } from "./layout.ts";
import { copyPlanes, createPicture, type OwnedPicture } from "./planes.ts";

/** Pictures in 4:2:0 can be cut by moving the plane pointers; other formats are scaled whole. */
const CUTTABLE = new Set<number>([AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P]);

const SMALLER = 1.9;

/**
 * Draws pictures of one source into a canvas by libswscale; keeps the scaler while sizes stay. Whole pictures go
 * from frame to frame: reading a frame's planes costs a large buffer object each time, and those make the
 * garbage collector run several times a second.
 */
export class ScaleInto {
  readonly #intoFormat: AVPixelFormat;
  #scaler: SoftwareScaleContext | null = null;
  /** Where a picture for a part of the canvas is scaled to before it is copied there. */
  #between: OwnedPicture | null = null;
  #key = "";

  /** `intoFormat`: 4:2:0, limited range unless said otherwise. */
  constructor(intoFormat: AVPixelFormat = AV_PIX_FMT_YUV420P) {
    this.#intoFormat = intoFormat;
  }

  draw(frame: Frame, fit: Fit, canvas: OwnedPicture): void {
    const { source, target } = fit;
    const isWhole = source.widthPx === frame.width && source.heightPx === frame.height;
    if (!isWhole && CUTTABLE.has(frame.format as number)) {
      this.#drawCut(frame, fit, canvas);
      return;
    }
    const scaler = this.#scalerFor({ widthPx: frame.width, heightPx: frame.height }, frame, target);
    if (target.widthPx === canvas.widthPx && target.heightPx === canvas.heightPx) {
      must("scale", scaler.scaleFrameSync(canvas.frame, frame));
      return;
    }
    this.#between ??= createPicture(target.widthPx, target.heightPx);
    must("scale", scaler.scaleFrameSync(this.#between.frame, frame));
    copyPlanes(this.#between, canvas, target);
  }

  #drawCut(frame: Frame, { source, target }: Fit, canvas: OwnedPicture): void {
    const scaler = this.#scalerFor(source, frame, target);
    const strides = frame.linesize.slice(0, 3);
    const from = cut(frame.data ?? [], strides, source);
    const into = cut(canvas.planes, canvas.strides, target);
    must("scale", scaler.scaleSync(from, strides, 0, source.heightPx, into, canvas.strides));
  }

  #scalerFor(
    source: { widthPx: number; heightPx: number },
    { format }: Frame,
    target: Place,
  ): SoftwareScaleContext {
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
      // Much smaller: each pixel is the mean of those it covers, sharper than the wide triangle and a quarter cheaper.
      source.widthPx >= SMALLER * target.widthPx ? SWS_AREA : SWS_BILINEAR,
    );
    must("prepare scaler", scaler.initContext());
    this.#scaler = scaler;
    this.#key = key;
    return scaler;
  }

  close(): void {
    this.#scaler?.freeContext();
    this.#scaler = null;
    this.#between?.frame.free();
    this.#between = null;
  }
}

function cut(planes: Buffer[], strides: number[], at: Place): Buffer[] {
  return planes.slice(0, 3).map((plane, index) => {
    const shift = index === 0 ? 0 : 1;
    return plane.subarray((at.y >> shift) * strides[index]! + (at.x >> shift));
  });
}
