import type { PartWritten, RenditionName, RunStarted } from "../../server/contract/segments.ts";
import { NAL_AUD, NAL_PPS, NAL_SEI, NAL_SPS, nalType, splitAnnexB } from "../mixer/rtp/h264-nal.ts";
import { u32 } from "./packager-boxes.ts";
import { PartGrid } from "./packager-grid.ts";
import { aacCodecs, avcCodecs, writeInit } from "./packager-init.ts";
import { type CutPart, PackagerTrack } from "./packager-track.ts";

/*
 * Makes CMAF parts out of what the mixer encoded, for one run. Owned by the mixer, which feeds it pictures and
 * sound on the programme's clock and is told of inits and parts by the two callbacks, always in order:
 * the run first, then parts. Bytes of a segment's parts, one after the other, are the segment.
 */

export interface PackagerOptions {
  run: string;
  /** Media sequence number of this run's first segment. */
  firstMsn: number;
  fps: number;
  segmentSeconds: number;
  partSeconds: number;
  /** Frame of the programme with which the run begins: a key frame of every rung. */
  firstFrame: number;
  /** Wall clock (ms since the epoch) of that frame. */
  startedAtMs: number;
  video: { name: RenditionName; widthPx: number; heightPx: number; kbps: number }[];
  sound: { config: Uint8Array; kbps: number };
  onRunStarted: (notice: RunStarted, inits: { file: string; bytes: Uint8Array }[]) => void;
  onPart: (notice: PartWritten, bytes: Uint8Array, isLastOfSegment: boolean) => void;
}

const VIDEO_TIMESCALE = 90_000;
const SOUND_TIMESCALE = 48_000;
const AAC_FRAME = 1024;

export class Packager {
  readonly #options: PackagerOptions;
  readonly #tracks = new Map<RenditionName, PackagerTrack>();
  readonly #parameterSets = new Map<RenditionName, { sps: Buffer; pps: Buffer }>();
  /** Parts that were cut before the run could be announced. */
  #early: { name: RenditionName; part: CutPart }[] = [];
  #isAnnounced = false;
  #isFinished = false;
  readonly #firstSample: number;
  /** Frame before which the run ends, once it is ending. */
  #endFrame = Number.POSITIVE_INFINITY;

  constructor(options: PackagerOptions) {
    this.#options = options;
    this.#firstSample = Math.round((options.firstFrame * SOUND_TIMESCALE) / options.fps);
    const grid = new PartGrid(options);
    for (const rung of options.video) {
      const nominalDuration = VIDEO_TIMESCALE / options.fps;
      this.#tracks.set(rung.name, new PackagerTrack(grid, { timescale: VIDEO_TIMESCALE, nominalDuration }));
    }
    this.#tracks.set(
      "aud",
      new PackagerTrack(grid, { timescale: SOUND_TIMESCALE, nominalDuration: AAC_FRAME }),
    );
  }

  /** `data` is Annex B; `frame` the programme's frame number. */
  pushPicture(name: RenditionName, picture: { data: Buffer; frame: number; isKey: boolean }): void {
    const { firstFrame, fps } = this.#options;
    if (this.#isFinished || picture.frame < firstFrame || picture.frame >= this.#endFrame) return;
    const nals = splitAnnexB(picture.data);
    if (picture.isKey && !this.#parameterSets.has(name)) this.#takeParameterSets(name, nals);
    const time = Math.round(((picture.frame - firstFrame) * VIDEO_TIMESCALE) / fps);
    this.#push(name, { data: toLengthPrefixed(nals), isKey: picture.isKey, time });
  }

  /** One AAC frame; `startSample` as the programme counts (48 kHz), encoder's delay taken off. */
  pushSound(sound: { data: Uint8Array; startSample: number }): void {
    if (sound.startSample * this.#options.fps >= this.#endFrame * SOUND_TIMESCALE) this.finish();
    if (this.#isFinished || sound.startSample < this.#firstSample) return;
    this.#push("aud", { data: sound.data, isKey: true, time: sound.startSample - this.#firstSample });
  }

  /** No more pictures from `frame` on; ends by itself when the sound has come that far. */
  endAt(frame: number): void {
    this.#endFrame = Math.min(this.#endFrame, frame);
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Ends at once with what there is. Idempotent. */
  finish(): void {
    if (this.#isFinished) return;
    for (const [name, track] of this.#tracks) {
      const part = track.finish();
      if (part) this.#emit(name, part);
    }
    this.#isFinished = true;
  }

  #push(name: RenditionName, sample: { data: Uint8Array; isKey: boolean; time: number }): void {
    for (const part of this.#tracks.get(name)!.push(sample)) this.#emit(name, part);
  }

  #emit(name: RenditionName, part: CutPart): void {
    if (!this.#isAnnounced) {
      this.#early.push({ name, part });
      return;
    }
    const { run, firstMsn, startedAtMs } = this.#options;
    const msn = firstMsn + part.segment;
    const notice: PartWritten = {
      type: "part",
      run,
      rendition: name,
      msn,
      part: part.part,
      file: `${run}-${name}-${msn}-${part.part}.m4s`,
      durationSeconds: part.durationSeconds,
      isIndependent: part.isIndependent,
      programDateTimeMs: startedAtMs + part.startSeconds * 1000,
    };
    this.#options.onPart(notice, part.bytes, part.isLastOfSegment);
  }

  #takeParameterSets(name: RenditionName, nals: Buffer[]): void {
    const sps = nals.find((nal) => nalType(nal) === NAL_SPS);
    const pps = nals.find((nal) => nalType(nal) === NAL_PPS);
    if (!sps || !pps) return;
    this.#parameterSets.set(name, { sps: Buffer.from(sps), pps: Buffer.from(pps) });
    if (this.#parameterSets.size === this.#options.video.length) this.#announce();
  }

  #announce(): void {
    const { run, startedAtMs, video, sound, fps } = this.#options;
    const inits: { file: string; bytes: Uint8Array }[] = [];
    const initOf = (name: RenditionName, bytes: Buffer) => {
      const file = `${run}-${name}-init.mp4`;
      inits.push({ file, bytes });
      return file;
    };
    const renditions: RunStarted["renditions"] = video.map((rung) => {
      const sets = this.#parameterSets.get(rung.name)!;
      const { widthPx, heightPx } = rung;
      return {
        name: rung.name,
        initFile: initOf(
          rung.name,
          writeInit({ kind: "video", timescale: VIDEO_TIMESCALE, widthPx, heightPx, ...sets }),
        ),
        codecs: avcCodecs(sets.sps),
        bandwidth: peakBps(rung.kbps * 1.5),
        widthPx,
        heightPx,
        frameRate: fps,
      };
    });
    const soundInit = writeInit({
      kind: "sound",
      timescale: SOUND_TIMESCALE,
      channels: 2,
      bitrateBps: sound.kbps * 1000,
      config: sound.config,
    });
    renditions.push({
      name: "aud",
      initFile: initOf("aud", soundInit),
      codecs: aacCodecs(sound.config),
      bandwidth: peakBps(sound.kbps),
    });
    this.#options.onRunStarted({ type: "run", run, startedAtMs, renditions }, inits);
    this.#isAnnounced = true;
    for (const { name, part } of this.#early) this.#emit(name, part);
    this.#early = [];
  }
}

/** Boxes and the encoder's overshoot within one segment come on top. */
function peakBps(kbps: number): number {
  return Math.ceil(kbps * 1000 * 1.1);
}

/** Sample of an `avc1` track: lengths instead of start codes, parameter sets only in the init segment. */
function toLengthPrefixed(nals: Buffer[]): Buffer {
  const out: Buffer[] = [];
  for (const nal of nals) {
    const type = nalType(nal);
    if (type === NAL_SPS || type === NAL_PPS || type === NAL_AUD || type === NAL_SEI) continue;
    out.push(u32(nal.length), nal);
  }
  return Buffer.concat(out);
}
