import {
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  type AVPixelFormat,
  SWS_AREA,
  SWS_BILINEAR,
} from "node-av/constants";
import { Frame, SoftwareScaleContext } from "node-av/lib";
import { must } from "../native.ts";
import { CutOut } from "./cut-out.ts";
import { halveInto, halveRows } from "./halve.ts";
import type { Fit, Place } from "./layout.ts";
import { createFrame, createPicture, type OwnedPicture } from "./planes.ts";
import { viewOf } from "./view-of.ts";

/** Pictures in 4:2:0 can be cut by moving the plane pointers; other formats are scaled whole. */
const CUTTABLE = new Set<number>([AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P]);

const SMALLER = 1.9;

type Size = { widthPx: number; heightPx: number };

/**
 * Draws pictures of one source into one canvas; keeps what it needs while sizes and places stay. Pictures go from
 * frame to frame: reading a frame's planes costs a large buffer object each time, and those make the garbage
 * collector run several times a second.
 */
export class ScaleInto {
  readonly #intoFormat: AVPixelFormat;
  #scaler: SoftwareScaleContext | null = null;
  #scalerKey = "";
  /** The place on the canvas as a frame. */
  #view: Frame | null = null;
  #viewOf: { canvas: OwnedPicture; key: string } | null = null;
  /** Two steps of halving: the source where its planes can be read, and what comes of it. */
  #whole: OwnedPicture | null = null;
  #half: Frame | null = null;
  /** What is copied pixel by pixel out of larger pictures. */
  #cut: { out: CutOut; key: string } | null = null;
  #part: Frame | null = null;

  /** `intoFormat`: 4:2:0, limited range unless said otherwise. */
  constructor(intoFormat: AVPixelFormat = AV_PIX_FMT_YUV420P) {
    this.#intoFormat = intoFormat;
  }

  /** `frame` may be an `OwnedPicture`, whose planes need not be copied to be read. */
  draw(from: Frame | OwnedPicture, fit: Fit, canvas: OwnedPicture): void {
    const owned = "planes" in from ? from : null;
    const frame = owned ? owned.frame : (from as Frame);
    const { source, target } = fit;
    const isWhole = source.widthPx === frame.width && source.heightPx === frame.height;
    if (this.#isScaledBy(2, frame, fit)) this.#drawHalf(owned ?? this.#readable(frame), fit, canvas);
    else if (this.#isScaledBy(1, frame, fit)) this.#drawCopy(frame, fit, canvas);
    else if (!isWhole && CUTTABLE.has(frame.format as number)) this.#drawCut(frame, fit, canvas);
    else {
      const scaler = this.#scalerFor({ widthPx: frame.width, heightPx: frame.height }, frame, target);
      must("scale", scaler.scaleFrameSync(this.#place(canvas, target), frame));
    }
  }

  /** So that each pixel of the place is made of a square of the picture's. */
  #isScaledBy(step: 1 | 2, frame: Frame, { source, target }: Fit): boolean {
    return (
      frame.format === AV_PIX_FMT_YUV420P &&
      this.#intoFormat === AV_PIX_FMT_YUV420P &&
      source.widthPx === step * target.widthPx &&
      source.heightPx === step * target.heightPx
    );
  }

  #readable(frame: Frame): OwnedPicture {
    const { width: widthPx, height: heightPx } = frame;
    if (this.#whole?.widthPx !== widthPx || this.#whole.heightPx !== heightPx) {
      this.#whole?.frame.free();
      this.#whole = createPicture(widthPx, heightPx);
    }
    must("copy picture", this.#whole.frame.copy(frame));
    return this.#whole;
  }

  #drawHalf(picture: OwnedPicture, { source, target }: Fit, canvas: OwnedPicture): void {
    if (target.widthPx === canvas.widthPx) {
      halveRows(picture, source, canvas, target.y);
      return;
    }
    if (this.#half?.width !== target.widthPx || this.#half.height !== target.heightPx) {
      this.#half?.free();
      this.#half = createFrame(target.widthPx, target.heightPx);
    }
    halveInto(picture, source, this.#half);
    must("copy to its place", this.#place(canvas, target).copy(this.#half));
  }

  #drawCopy(frame: Frame, { source, target }: Fit, canvas: OwnedPicture): void {
    const place = this.#place(canvas, target);
    if (frame.width === source.widthPx && frame.height === source.heightPx) {
      must("copy picture", place.copy(frame));
      return;
    }
    if (!this.#part) {
      this.#part = new Frame();
      this.#part.alloc();
    }
    this.#cutterFor(frame, source).take(frame, this.#part);
    const copied = place.copy(this.#part);
    this.#part.unref();
    must("copy picture", copied);
  }

  #cutterFor({ width, height }: Frame, at: Place): CutOut {
    const key = `${width}x${height}>${at.widthPx}x${at.heightPx}+${at.x}+${at.y}`;
    if (this.#cut?.key === key) return this.#cut.out;
    this.#cut?.out.close();
    this.#cut = null;
    this.#cut = { out: new CutOut({ widthPx: width, heightPx: height }, at), key };
    return this.#cut.out;
  }

  #drawCut(frame: Frame, { source, target }: Fit, canvas: OwnedPicture): void {
    const scaler = this.#scalerFor(source, frame, target);
    const strides = frame.linesize.slice(0, 3);
    const from = cut(frame.data ?? [], strides, source);
    const into = cut(canvas.planes, canvas.strides, target);
    must("scale", scaler.scaleSync(from, strides, 0, source.heightPx, into, canvas.strides));
  }

  /** The canvas' own frame, or a part of it as one. */
  #place(canvas: OwnedPicture, target: Place): Frame {
    if (isAll(target, canvas)) return canvas.frame;
    const key = `${target.widthPx}x${target.heightPx}+${target.x}+${target.y}`;
    if (this.#view && this.#viewOf?.canvas === canvas && this.#viewOf.key === key) return this.#view;
    this.#view?.free();
    this.#view = viewOf(canvas, target);
    this.#viewOf = { canvas, key };
    return this.#view;
  }

  #scalerFor(source: Size, { format }: Frame, target: Place): SoftwareScaleContext {
    const key = `${source.widthPx}x${source.heightPx}/${format}>${target.widthPx}x${target.heightPx}`;
    if (this.#scaler && key === this.#scalerKey) return this.#scaler;
    this.#scaler?.freeContext();
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
    this.#scalerKey = key;
    return scaler;
  }

  close(): void {
    this.#scaler?.freeContext();
    this.#view?.free();
    this.#whole?.frame.free();
    this.#half?.free();
    this.#cut?.out.close();
    this.#part?.free();
    this.#cut = null;
    this.#part = null;
    this.#scaler = null;
    this.#view = null;
    this.#viewOf = null;
    this.#whole = null;
    this.#half = null;
  }
}

function isAll(target: Place, canvas: OwnedPicture): boolean {
  return target.widthPx === canvas.widthPx && target.heightPx === canvas.heightPx;
}

function cut(planes: Buffer[], strides: number[], at: Place): Buffer[] {
  return planes.slice(0, 3).map((plane, index) => {
    const shift = index === 0 ? 0 : 1;
    return plane.subarray((at.y >> shift) * strides[index]! + (at.x >> shift));
  });
}
