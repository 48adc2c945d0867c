import type { SlateCard } from "../../server/contract/media.ts";
import { ProgrammeClock, sleepUntil } from "./clock.ts";
import { FrameGrid } from "./frame-grid.ts";
import type { MixerCommand, MixerConfig, MixerNotice, Scene } from "./mixer-messages.ts";
import { Packaging } from "./packaging.ts";
import { Compositor } from "./picture/compositor.ts";
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
/** A new scene waits this long for the first picture of a new source before the old one is left. */
const SCENE_WAIT_MS = 1000;

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
  readonly #compositor: Compositor;
  readonly #slate: SlateHolder;
  readonly #sound = new SoundProgramme();
  readonly #soundOut: SoundOut;
  readonly #packaging: Packaging;
  readonly #beat: NodeJS.Timeout;
  #scene: Scene = { layout: "slate", pictures: [], audible: [] };
  #next: { scene: Scene; untilMs: number } | null = null;
  #audible: ReadonlySet<string> = new Set();
  #nextFrame = 0;
  #framesMade = 0;
  #framesLate = 0;
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
    this.#grid = new FrameGrid(Math.round(config.segmentSeconds * config.canvas.fps));
    this.#compositor = new Compositor(config.canvas);
    this.#sources = new SourceTable(this.#clock, {
      notify,
      onClosed: (sourceId) => this.#compositor.forget(sourceId),
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
    this.#sources.add(command);
  }

  removeSource(sourceId: string): void {
    this.#sources.remove(sourceId);
  }

  /** Sound changes at once; the picture when its new sources have one, or after a second. */
  setScene(scene: Scene): void {
    this.#audible = new Set(scene.audible);
    const slides = scene.layout === "slides-with-speaker" ? scene.pictures[0] : undefined;
    if (slides) this.#sources.expectStill(slides.sourceId);
    this.#next = { scene, untilMs: this.#clock.nowMs() + SCENE_WAIT_MS };
  }

  setSlate(card: SlateCard): void {
    this.#slate.set(card);
  }

  startPackaging(run: string, firstMsn: number): void {
    this.#packaging.start({ run, firstMsn, firstFrame: this.#nextFrame + 1 });
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
        if (this.#clock.nowMs() > (frame + 1) * frameMs) this.#framesLate += 1;
      }
    }
  }

  async #makeFrame(frame: number, frameMs: number): Promise<void> {
    const nowMs = this.#clock.nowMs();
    this.#compose(nowMs);
    this.#packaging.offerThumbnail(this.#compositor.canvas, nowMs);
    const at = {
      frame,
      isRegularKey: this.#grid.isKey(frame),
      untilRegularKeyMs: this.#grid.untilKey(frame) * frameMs,
      nowMs,
    };
    const pictures = await Promise.all(this.#rungs.map((rung) => rung.encode(this.#compositor.canvas, at)));
    if (this.#isClosed) return;
    for (const [index, picture] of pictures.entries()) {
      if (!picture) continue;
      const rung = this.#rungs[index]!;
      rung.send(picture, frame * frameMs, this.#clock.wallMs(frame * frameMs));
      this.#packaging.pushPicture(rung.config.name, { ...picture, frame });
    }
    this.#framesMade += 1;
  }

  #compose(nowMs: number): void {
    this.#sources.watch(nowMs);
    this.#sources.advance(nowMs);
    if (this.#next && (!this.#sources.isExpecting(this.#next.scene) || nowMs > this.#next.untilMs)) {
      this.#scene = this.#next.scene;
      this.#next = null;
    }
    const visible = this.#sources.visible(this.#scene, nowMs);
    this.#compositor.compose(this.#scene.layout, visible, this.#slate.current);
  }

  async #runSound(): Promise<void> {
    let block = 0;
    while (!this.#isClosed) {
      await sleepUntil(this.#clock, block * BLOCK_MS);
      this.#checkHope(block * BLOCK_MS);
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
    for (const rung of this.#rungs) rung.close();
    this.#soundOut.close();
    this.#slate.close();
    this.#compositor.close();
    this.#sockets.close();
  }
}
