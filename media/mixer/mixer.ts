import type { SlateCard } from "../../server/contract/media.ts";
import { partBorders } from "../hls/packager-grid.ts";
import { ProgrammeClock, sleepUntil } from "./clock.ts";
import { FrameGrid } from "./frame-grid.ts";
import type { MixerCommand, MixerConfig, MixerNotice, Scene } from "./mixer-messages.ts";
import { Packaging } from "./packaging.ts";
import { Compositor } from "./picture/compositor.ts";
import { LabelShelf } from "./picture/label-shelf.ts";
import type { OwnedPicture } from "./picture/planes.ts";
import type { Rows } from "./picture/rows.ts";
import { SlateHolder } from "./picture/slate-holder.ts";
import { RtpSockets } from "./rtp/rtp-out.ts";
import { Rung } from "./rung.ts";
import { BLOCK_MS } from "./sound/sound-block.ts";
import { SoundOut } from "./sound/sound-out.ts";
import { SoundProgramme } from "./sound/sound-programme.ts";
import { SourceTable } from "./source-table.ts";

const BEAT_MS = 1000;
/** Further behind than this the process is of no use: a new one starts clean. */
const HOPELESS_MS = 5000;

/**
 * The programme of one stage. Two loops, both on the one clock: a picture every 1000/fps ms, a block of sound
 * every 20 ms, whatever the sources do. Owns all below it; `close()` frees them.
 */
export class Mixer {
  readonly #config: MixerConfig;
  readonly #notify: (notice: MixerNotice) => void;
  readonly #clock = new ProgrammeClock();
  readonly #grid: FrameGrid;
  readonly #sockets: RtpSockets;
  readonly #rungs: Rung[];
  readonly #sources: SourceTable;
  /** Two canvases: one is composed while the other is still being encoded. */
  readonly #compositors: [Compositor, Compositor];
  readonly #slate: SlateHolder;
  readonly #sound = new SoundProgramme();
  readonly #soundOut: SoundOut;
  readonly #packaging: Packaging;
  readonly #beat: NodeJS.Timeout;
  #scene: Scene = { layout: "slate", pictures: [], audible: [] };
  #nextScene: Scene | null = null;
  #audible: ReadonlySet<string> = new Set();
  #nextFrame = 0;
  #turn: 0 | 1 = 0;
  #framesMade = 0;
  #framesLate = 0;
  /** Encoding under way, by canvas. */
  readonly #encoding: [Promise<void>, Promise<void>] = [Promise.resolve(), Promise.resolve()];
  #isClosed = false;
  readonly #loops: Promise<void>[];

  private constructor(
    config: MixerConfig,
    notify: (notice: MixerNotice) => void,
    made: { sockets: RtpSockets; rungs: Rung[]; soundOut: SoundOut; slate: SlateHolder },
  ) {
    this.#config = config;
    this.#notify = notify;
    this.#sockets = made.sockets;
    this.#rungs = made.rungs;
    this.#soundOut = made.soundOut;
    this.#slate = made.slate;
    const { segmentSeconds, partSeconds, canvas } = config;
    const borders = partBorders({ fps: canvas.fps, segmentSeconds, partSeconds });
    this.#grid = new FrameGrid(Math.round(segmentSeconds * canvas.fps), borders);
    const labels = new LabelShelf(config.canvas.heightPx);
    const onFailed = (sourceId: string, reason: string) => this.#sources.fail(sourceId, reason);
    const lastFrame = { arrangement: "" };
    const createCompositor = () => new Compositor(config.canvas, { labels, onFailed, lastFrame });
    this.#compositors = [createCompositor(), createCompositor()];
    this.#sources = new SourceTable(this.#clock, {
      notify,
      onClosed: (sourceId) => {
        for (const compositor of this.#compositors) compositor.forget(sourceId);
      },
    });
    this.#packaging = new Packaging(config, {
      clock: this.#clock,
      grid: this.#grid,
      soundOut: made.soundOut,
      notify,
    });
    this.#beat = setInterval(() => this.#tellBeat(), BEAT_MS);
    this.#loops = [this.#runPictures(), this.#runSound()];
    for (const loop of this.#loops) loop.catch((error: Error) => this.#fail(error.message));
  }

  /** Opens the encoders and begins the programme. @throws NativeError when FFmpeg refuses. */
  static async create(config: MixerConfig, notify: (notice: MixerNotice) => void): Promise<Mixer> {
    const sockets = new RtpSockets();
    const cname = `programme-${config.stageId}`;
    const rungs: Rung[] = [];
    for (const rung of config.rungs) {
      rungs.push(await Rung.create(rung, { canvas: config.canvas, sockets, cname }));
    }
    const soundOut = await SoundOut.create(config.audio, { sockets, cname });
    const slate = await SlateHolder.create(config.slate, config.canvas);
    return new Mixer(config, notify, { sockets, rungs, soundOut, slate });
  }

  addSource(command: Extract<MixerCommand, { type: "addSource" }>): void {
    try {
      this.#sources.add(command);
    } catch (error) {
      const { sourceId } = command;
      this.#notify({ type: "sourceFailed", sourceId, reason: (error as Error).message });
    }
  }

  removeSource(sourceId: string): void {
    this.#sources.remove(sourceId);
  }

  /** Sound changes at once; the picture when its new sources have one, or after a second. */
  setScene(scene: Scene): void {
    this.#audible = new Set(scene.audible);
    this.#nextScene = scene;
  }

  setSlate(card: SlateCard): void {
    this.#slate.set(card);
  }

  startPackaging({ run, firstMsn, wallOffsetMs }: Extract<MixerCommand, { type: "startPackaging" }>): void {
    this.#packaging.start({ run, firstMsn, wallOffsetMs, firstFrame: this.#nextFrame + 1 });
  }

  stopPackaging(): void {
    this.#packaging.stop(this.#nextFrame);
  }

  requestKeyFrame(rung: string): void {
    for (const one of this.#rungs) if (one.config.name === rung) one.askKeyFrame();
  }

  async #runPictures(): Promise<void> {
    const frameMs = 1000 / this.#config.canvas.fps;
    while (!this.#isClosed) {
      await sleepUntil(this.#clock, this.#nextFrame * frameMs);
      const newest = Math.floor(this.#clock.nowMs() / frameMs + 1e-6);
      this.#checkHope(this.#nextFrame * frameMs);
      const frames = this.#grid.due(this.#nextFrame, newest);
      this.#framesLate += newest - this.#nextFrame + 1 - frames.length;
      for (const frame of frames) {
        if (this.#isClosed) return;
        this.#nextFrame = frame + 1;
        await this.#makeFrame(frame, frameMs);
      }
    }
  }

  /** Composes a frame as soon as its canvas is free, and leaves it to the encoders. */
  async #makeFrame(frame: number, frameMs: number): Promise<void> {
    const slot = this.#turn;
    const other: 0 | 1 = slot === 0 ? 1 : 0;
    this.#turn = other;
    await this.#encoding[slot];
    if (this.#isClosed) return;
    const nowMs = this.#clock.nowMs();
    const { canvas } = this.#compositors[slot];
    const changed = this.#compose(this.#compositors[slot], { nowMs, dueMs: frame * frameMs });
    this.#packaging.offerThumbnail(canvas, nowMs);
    const at = {
      frame,
      isRegularKey: this.#grid.isKey(frame),
      untilRegularKeyMs: this.#grid.untilKey(frame) * frameMs,
      nowMs,
      changed,
    };
    this.#encoding[slot] = this.#encoding[other].then(() => this.#encodeFrame(canvas, at, frameMs));
    this.#encoding[slot].catch((error: Error) => this.#fail(error.message));
  }

  async #encodeFrame(
    canvas: OwnedPicture,
    at: Parameters<Rung["encode"]>[1],
    frameMs: number,
  ): Promise<void> {
    if (this.#isClosed) return;
    const pictures = await Promise.all(this.#rungs.map((rung) => rung.encode(canvas, at)));
    if (this.#isClosed) return;
    const dueMs = at.frame * frameMs;
    for (const [index, picture] of pictures.entries()) {
      if (!picture) continue;
      const rung = this.#rungs[index]!;
      rung.send(picture, dueMs, this.#clock.wallMs(dueMs));
      this.#packaging.pushPicture(rung.config.name, { ...picture, frame: at.frame });
    }
    this.#framesMade += 1;
    if (this.#clock.nowMs() > dueMs + frameMs) this.#framesLate += 1;
  }

  /** Pictures are those of the frame's own time, however late it is made, as the sound's are. */
  #compose(compositor: Compositor, { nowMs, dueMs }: { nowMs: number; dueMs: number }): Rows | null {
    this.#sources.watch(nowMs);
    this.#sources.advance(dueMs);
    if (this.#nextScene && !this.#sources.isExpecting(this.#nextScene, nowMs)) {
      this.#scene = this.#nextScene;
      this.#nextScene = null;
    }
    const visible = this.#sources.visible(this.#scene, dueMs);
    return compositor.compose(this.#scene.layout, visible, this.#slate.current);
  }

  async #runSound(): Promise<void> {
    let block = 0;
    while (!this.#isClosed) {
      this.#clock.await(block * BLOCK_MS);
      await sleepUntil(this.#clock, block * BLOCK_MS);
      this.#checkHope(block * BLOCK_MS);
      this.#sources.tick();
      while (!this.#isClosed && block * BLOCK_MS <= this.#clock.nowMs()) {
        const atMs = block * BLOCK_MS;
        const mixed = this.#sound.mix(this.#sources.taps(this.#audible), atMs);
        this.#soundOut.send(mixed, atMs, this.#clock.wallMs(atMs));
        this.#packaging.pushSound(mixed, block);
        block += 1;
      }
    }
  }

  #checkHope(dueMs: number): void {
    const behindMs = this.#clock.nowMs() - dueMs;
    if (behindMs > HOPELESS_MS) throw new Error(`${Math.round(behindMs)} ms behind the clock`);
  }

  #fail(reason: string): void {
    if (!this.#isClosed) this.#notify({ type: "failed", reason });
  }

  #tellBeat(): void {
    this.#notify({
      type: "beat",
      framesMade: this.#framesMade,
      framesLate: this.#framesLate,
      levelDb: this.#sound.takeLevelDb(),
      sources: this.#sources.describe(),
    });
  }

  /** Resolves when the loops have stopped and all is freed; at most some frames' time. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#beat);
    this.#packaging.close();
    this.#sources.close();
    await Promise.allSettled(this.#loops);
    // The encoders read the canvases, which are freed below.
    await Promise.allSettled(this.#encoding);
    for (const rung of this.#rungs) rung.close();
    this.#soundOut.close();
    this.#slate.close();
    for (const compositor of this.#compositors) compositor.close();
    this.#sockets.close();
  }
}
