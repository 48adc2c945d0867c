import type { ProgrammeClock } from "./clock.ts";
import type { MixerCommand, MixerNotice, Scene } from "./mixer-messages.ts";
import type { VisiblePicture } from "./picture/compositor.ts";
import { FileSource } from "./source/file-source.ts";
import { SharedDelay } from "./source/playout.ts";
import { RtpSoundSource } from "./source/rtp-sound-source.ts";
import { RtpVideoSource } from "./source/rtp-video-source.ts";
import type { Source } from "./source/source.ts";

/** No picture for this long takes a source out of the picture. */
const PICTURE_STALL_MS = 700;
/** Browsers repeat a still screen once a second only. */
const STILL_STALL_MS = 2500;
/** Opus may be silent for 400 ms at a time. */
const SOUND_STALL_MS = 1500;
/** A source that leaves is kept for its sound to fade. */
const LEAVE_MS = 150;

/** A new source is waited for this long before a scene is shown without it. */
const EXPECT_MS = 1000;

interface Entry {
  source: Source;
  addedMs: number;
  state: "waiting" | "alive" | "stalled" | "failed";
  stallMs: number;
  cname: string | null;
}

/** The mixer's sources by id: makes and closes them, watches that they live, tells which can be seen. */
export class SourceTable {
  readonly #clock: ProgrammeClock;
  readonly #notify: (notice: MixerNotice) => void;
  readonly #onClosed: (sourceId: string) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #leaving: { source: Source; untilMs: number }[] = [];
  readonly #delays = new Map<string, SharedDelay>();

  constructor(
    clock: ProgrammeClock,
    events: { notify: (notice: MixerNotice) => void; onClosed: (sourceId: string) => void },
  ) {
    this.#clock = clock;
    this.#notify = events.notify;
    this.#onClosed = events.onClosed;
  }

  /** Replaces a source of the same id. */
  add({ sourceId, kind, origin, isStill }: Extract<MixerCommand, { type: "addSource" }>): void {
    this.remove(sourceId);
    const events = {
      needKeyFrame: () => this.#notify({ type: "needKeyFrame", sourceId }),
      ended: () => this.#notify({ type: "sourceEnded", sourceId }),
      failed: (reason: string) => this.fail(sourceId, reason),
    };
    const isSound = origin.type === "rtp" && origin.codec === "opus";
    const cname = origin.type === "rtp" ? origin.cname : null;
    const context = { clock: this.#clock, delay: this.#delayOf(cname), events };
    let source: Source;
    if (origin.type === "file") source = new FileSource(origin, { clock: this.#clock, kind, events });
    else source = isSound ? new RtpSoundSource(origin, context) : new RtpVideoSource(origin, context);
    const stallMs = isSound ? SOUND_STALL_MS : isStill ? STILL_STALL_MS : PICTURE_STALL_MS;
    this.#entries.set(sourceId, { source, addedMs: this.#clock.nowMs(), state: "waiting", stallMs, cname });
  }

  /** It cannot be shown or heard any more; told once. */
  fail(sourceId: string, reason: string): void {
    const entry = this.#entries.get(sourceId);
    if (!entry || entry.state === "failed") return;
    entry.state = "failed";
    this.#notify({ type: "sourceFailed", sourceId, reason });
  }

  remove(sourceId: string): void {
    const entry = this.#entries.get(sourceId);
    if (!entry) return;
    this.#entries.delete(sourceId);
    if (entry.cname && ![...this.#entries.values()].some((one) => one.cname === entry.cname)) {
      this.#delays.delete(entry.cname);
    }
    this.#onClosed(sourceId);
    if (!entry.source.tap) entry.source.close();
    else this.#leaving.push({ source: entry.source, untilMs: this.#clock.nowMs() + LEAVE_MS });
  }

  /** Call every 20 ms. */
  tick(): void {
    for (const { source } of this.#entries.values()) source.tick();
  }

  /** Tells who began, stalled and came back; call once a frame. */
  watch(nowMs: number): void {
    for (const [sourceId, entry] of this.#entries) {
      const aliveMs = entry.source.lastAliveMs;
      if (aliveMs === null || entry.state === "failed") continue;
      const isAlive = nowMs - aliveMs <= entry.stallMs;
      if (isAlive && entry.state !== "alive") {
        this.#notify({ type: entry.state === "waiting" ? "sourceStarted" : "sourceRecovered", sourceId });
        entry.state = "alive";
      } else if (!isAlive && entry.state === "alive") {
        this.#notify({ type: "sourceStalled", sourceId });
        entry.state = "stalled";
      }
    }
    while (this.#leaving[0] && this.#leaving[0].untilMs < nowMs) this.#leaving.shift()!.source.close();
  }

  /** Pictures of the scene that live now, in its order, each source once. */
  visible(scene: Scene, nowMs: number): VisiblePicture[] {
    const out: VisiblePicture[] = [];
    for (const [index, { sourceId, label }] of scene.pictures.entries()) {
      const entry = this.#entries.get(sourceId);
      if (entry?.state !== "alive" || entry.source.isEnded) continue;
      if (out.some((one) => one.sourceId === sourceId)) continue;
      const picture = entry.source.pictureAt(nowMs);
      const isSlides = scene.layout === "slides-with-speaker" && index === 0;
      if (picture) out.push({ sourceId, label, picture, isWhole: isSlides || scene.layout === "video" });
    }
    return out;
  }

  /** Moves on those that are not in the scene, so that their pictures do not pile up. */
  advance(nowMs: number): void {
    for (const { source } of this.#entries.values()) source.pictureAt(nowMs);
  }

  /** True while a picture of the scene is expected any moment: its source is new and has shown nothing yet. */
  isExpecting(scene: Scene, nowMs: number): boolean {
    return scene.pictures.some(({ sourceId }) => {
      const entry = this.#entries.get(sourceId);
      return entry?.state === "waiting" && nowMs - entry.addedMs < EXPECT_MS;
    });
  }

  *taps(audible: ReadonlySet<string>): Generator<{ tap: NonNullable<Source["tap"]>; isAudible: boolean }> {
    for (const [sourceId, { source }] of this.#entries) {
      if (source.tap) yield { tap: source.tap, isAudible: audible.has(sourceId) };
    }
    for (const { source } of this.#leaving) if (source.tap) yield { tap: source.tap, isAudible: false };
  }

  describe(): Extract<MixerNotice, { type: "beat" }>["sources"] {
    return [...this.#entries].map(([sourceId, { source, state }]) => ({
      sourceId,
      isStalled: state !== "alive",
      levelDb: source.tap ? source.tap.takeLevelDb() : null,
      size: source.size,
    }));
  }

  #delayOf(cname: string | null): SharedDelay {
    if (!cname) return new SharedDelay();
    const delay = this.#delays.get(cname) ?? new SharedDelay();
    this.#delays.set(cname, delay);
    return delay;
  }

  close(): void {
    for (const { source } of this.#entries.values()) source.close();
    for (const { source } of this.#leaving) source.close();
    this.#entries.clear();
    this.#leaving.length = 0;
  }
}
