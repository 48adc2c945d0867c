import type { RenditionName } from "../../server/contract/segments.ts";
import { Packager } from "../hls/packager.ts";
import type { ProgrammeClock } from "./clock.ts";
import { JpegEncoder } from "./encode/jpeg-encoder.ts";
import type { FrameGrid } from "./frame-grid.ts";
import type { MixerConfig, MixerNotice } from "./mixer-messages.ts";
import type { OwnedPicture } from "./picture/planes.ts";
import { BLOCK_MS, type SoundBlock } from "./sound/sound-block.ts";
import type { SoundOut } from "./sound/sound-out.ts";

const FIRST_THUMBNAIL_MS = 1000;
const THUMBNAIL_EVERY_MS = 10_000;
const THUMBNAIL_SIZE = { widthPx: 320, heightPx: 180 };
/** A run that is ending waits this long for the last sound. */
const END_WAIT_MS = 500;

interface RunOptions {
  run: string;
  firstMsn: number;
  firstFrame: number;
  wallOffsetMs?: number | undefined;
}

interface Run {
  name: string;
  packager: Packager;
  firstBlock: number;
  hasSound: boolean;
  /** Wall-clock instant of a programme time, as this broadcast counts it. */
  wallMs(programmeMs: number): number;
}

/** Runs of packaging, one at a time: begins them on a key frame of every rung, ends them whole. */
export class Packaging {
  readonly #config: MixerConfig;
  readonly #clock: ProgrammeClock;
  readonly #grid: FrameGrid;
  readonly #soundOut: SoundOut;
  readonly #notify: (notice: MixerNotice) => void;
  #run: Run | null = null;
  #endTimer: NodeJS.Timeout | undefined;
  #thumbnailMs = Number.POSITIVE_INFINITY;
  #jpeg: JpegEncoder | null = null;

  constructor(
    config: MixerConfig,
    context: {
      clock: ProgrammeClock;
      grid: FrameGrid;
      soundOut: SoundOut;
      notify: (notice: MixerNotice) => void;
    },
  ) {
    this.#config = config;
    this.#clock = context.clock;
    this.#grid = context.grid;
    this.#soundOut = context.soundOut;
    this.#notify = context.notify;
  }

  /** `firstFrame` is still to come; the grid of key frames begins anew there. A run that goes on is ended first. */
  start({ run, firstMsn, firstFrame, wallOffsetMs }: RunOptions): void {
    if (this.#run?.name === run) return;
    this.#finish();
    const clock = this.#clock;
    const wallMs = (programmeMs: number) =>
      wallOffsetMs === undefined ? clock.wallMs(programmeMs) : clock.steadyMs(programmeMs) + wallOffsetMs;
    const { canvas, rungs, segmentSeconds, partSeconds } = this.#config;
    const startMs = (firstFrame * 1000) / canvas.fps;
    this.#grid.restartAt(firstFrame);
    const packager = new Packager({
      run,
      firstMsn,
      fps: canvas.fps,
      segmentSeconds,
      partSeconds,
      firstFrame,
      startedAtMs: wallMs(startMs),
      video: rungs.map(({ name, widthPx, heightPx, videoKbps }) => ({
        name,
        widthPx,
        heightPx,
        kbps: videoKbps,
      })),
      sound: { config: this.#soundOut.aacConfig, kbps: this.#soundOut.aacKbps },
      onRunStarted: (notice, inits) => this.#notify({ type: "runStarted", notice, inits }),
      onPart: (notice, bytes, isLastOfSegment) =>
        this.#notify({ type: "part", notice, isLastOfSegment, bytes }),
    });
    const firstBlock = Math.ceil(startMs / BLOCK_MS - 1e-6);
    this.#run = { name: run, packager, firstBlock, hasSound: false, wallMs };
    this.#thumbnailMs = startMs + FIRST_THUMBNAIL_MS;
  }

  /** Ends the run before `frame`, once its sound is there too. */
  stop(frame: number): void {
    if (!this.#run || this.#endTimer) return;
    this.#run.packager.endAt(frame);
    this.#endTimer = setTimeout(() => this.#finish(), END_WAIT_MS);
  }

  pushPicture(name: RenditionName, picture: { data: Buffer; frame: number; isKey: boolean }): void {
    this.#run?.packager.pushPicture(name, picture);
  }

  pushSound(block: SoundBlock, number: number): void {
    const run = this.#run;
    if (!run || number < run.firstBlock) return;
    if (!run.hasSound) this.#soundOut.startAac(number);
    run.hasSound = true;
    for (const sound of this.#soundOut.encodeAac(block)) run.packager.pushSound(sound);
    if (run.packager.isFinished) this.#finish();
  }

  /** Makes a thumbnail of the canvas when it is time for one. */
  offerThumbnail(canvas: OwnedPicture, nowMs: number): void {
    if (!this.#run || nowMs < this.#thumbnailMs) return;
    this.#thumbnailMs += THUMBNAIL_EVERY_MS;
    const { name: run } = this.#run;
    const atMs = this.#run.wallMs(nowMs);
    this.#jpeg ??= new JpegEncoder(THUMBNAIL_SIZE);
    this.#jpeg.encode(canvas).then(
      (bytes) => bytes && this.#notify({ type: "thumbnail", run, atMs, bytes }),
      () => {},
    );
  }

  #finish(): void {
    clearTimeout(this.#endTimer);
    this.#endTimer = undefined;
    const run = this.#run;
    if (!run) return;
    this.#run = null;
    this.#thumbnailMs = Number.POSITIVE_INFINITY;
    run.packager.finish();
    this.#notify({ type: "packagingStopped", run: run.name });
  }

  close(): void {
    this.#finish();
    this.#jpeg?.close();
  }
}
