import type { Packet, Stream } from "node-av/lib";
import type { ProgrammeClock } from "../clock.ts";
import type { SourceOrigin } from "../mixer-messages.ts";
import { PictureQueue, type ShownPicture } from "../picture/picture-queue.ts";
import { Resampler } from "../sound/resampler.ts";
import { SAMPLE_RATE } from "../sound/sound-block.ts";
import { SoundBuffer } from "../sound/sound-buffer.ts";
import { SoundTap } from "../sound/sound-tap.ts";
import { FileDecoder } from "./file-decoder.ts";
import { FileReader } from "./file-reader.ts";
import type { Source, SourceEvents } from "./source.ts";

/** Late joins below this play from the beginning and catch up; above it, seeking is quicker. */
const SEEK_FROM_MS = 500;
const PICTURES_AHEAD = 10;
const SOUND_AHEAD_MS = 1000;
/** Packets read ahead per stream, and the most when a file is badly interleaved. */
const PACKETS_AHEAD = 30;
const MAX_PACKETS = 3000;
const IDLE_MS = 20;
/** Decoded sound whose place is off by less is put where the last one ended: timestamps are rounded. */
const SAME_PLACE_SAMPLES = SAMPLE_RATE * 0.02;
const SAMPLES_PER_MS = SAMPLE_RATE / 1000;

interface Track {
  stream: Stream;
  decoder: FileDecoder;
  packets: Packet[];
  isDone: boolean;
}

/**
 * A recorded presentation: an MP4 that plays at the second which the clock says, whenever it is opened. One
 * loop reads and decodes a little ahead; `close()` stops it and it frees what it holds.
 */
export class FileSource implements Source {
  readonly tap: SoundTap;
  readonly size = null;
  readonly #events: SourceEvents;
  readonly #clock: ProgrammeClock;
  /** Programme time of the file's zero. */
  readonly #zeroMs: number;
  readonly #queue = new PictureQueue();
  readonly #buffer = new SoundBuffer();
  readonly #resampler = new Resampler();
  #endMs = 0;
  #soundEnd: number | null = null;
  #hasBegun = false;
  #isEnded = false;
  #isClosed = false;

  constructor(
    origin: Extract<SourceOrigin, { type: "file" }>,
    context: { clock: ProgrammeClock; kind: "audio" | "video" | "both"; events: SourceEvents },
  ) {
    this.#clock = context.clock;
    this.#events = context.events;
    this.#zeroMs = context.clock.programmeMs(origin.startedAtSteadyMs);
    this.tap = new SoundTap(this.#buffer, (nowMs) => (nowMs - this.#zeroMs) * SAMPLES_PER_MS);
    this.#run(origin.path, context.kind).catch((error: Error) => {
      this.#isEnded = true;
      if (!this.#isClosed) this.#events.failed(error.message);
    });
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** A file that plays is alive, however seldom its picture changes. */
  get lastAliveMs(): number | null {
    const nowMs = this.#clock.nowMs();
    return this.#hasBegun && nowMs >= this.#zeroMs ? nowMs : null;
  }

  pictureAt(nowMs: number): ShownPicture | null {
    return this.#queue.at(nowMs);
  }

  /** It waits for nobody. */
  tick(): void {}

  async #run(path: string, kind: "audio" | "video" | "both"): Promise<void> {
    const reader = await FileReader.open(path, kind);
    const tracks: Track[] = [];
    try {
      for (const stream of [reader.video, reader.audio]) {
        if (!stream) continue;
        const decoder = await FileDecoder.open(stream, stream === reader.video ? 2 : 1);
        tracks.push({ stream, decoder, packets: [], isDone: false });
      }
      if (tracks.length === 0) throw new Error("the file has neither picture nor sound");
      const positionMs = this.#positionMs();
      if (positionMs > SEEK_FROM_MS && positionMs < reader.durationMs) await reader.seek(positionMs);
      if (positionMs < reader.durationMs) await this.#play(reader, tracks);
    } finally {
      for (const track of tracks) {
        for (const packet of track.packets) packet.free();
        track.decoder.close();
      }
      this.#resampler.close();
      await reader.close();
    }
    await this.#idleUntil(this.#zeroMs + this.#endMs);
    this.#isEnded = true;
    if (!this.#isClosed) this.#events.ended();
  }

  async #play(reader: FileReader, tracks: Track[]): Promise<void> {
    let isRead = false;
    while (!this.#isClosed && tracks.some((track) => !track.isDone)) {
      let isBusy = false;
      if (!isRead && wantsPackets(tracks)) {
        const read = await reader.read();
        isRead = read === null;
        if (read) {
          const stream = read.of === "video" ? reader.video : reader.audio;
          tracks.find((track) => track.stream === stream)!.packets.push(read.packet);
        }
        isBusy = true;
      }
      for (const track of tracks) {
        if (track.isDone || !this.#hasRoom(track.stream === reader.video)) continue;
        const packet = track.packets.shift() ?? null;
        if (!packet && !isRead) continue;
        track.isDone = packet === null;
        await this.#decode(reader, track, packet);
        isBusy = true;
      }
      if (!isBusy) await this.#idleUntil(this.#clock.nowMs() + IDLE_MS);
    }
  }

  #hasRoom(isVideo: boolean): boolean {
    if (isVideo) return this.#queue.waiting < PICTURES_AHEAD;
    return (this.#soundEnd ?? 0) / SAMPLES_PER_MS < this.#positionMs() + SOUND_AHEAD_MS;
  }

  async #decode(reader: FileReader, track: Track, packet: Packet | null): Promise<void> {
    for (const frame of await track.decoder.decode(packet)) {
      const atMs = reader.positionMs(frame.bestEffortTimestamp, track.stream);
      this.#hasBegun = true;
      if (track.stream === reader.video) {
        this.#endMs = Math.max(this.#endMs, atMs + 1000 / 25);
        this.#queue.push(frame, this.#zeroMs + atMs);
      } else {
        this.#hear(this.#resampler.convert(frame), atMs);
        frame.free();
      }
    }
  }

  #hear(sound: { left: Float32Array; right: Float32Array }, atMs: number): void {
    const wanted = Math.round(atMs * SAMPLES_PER_MS);
    const isNext = this.#soundEnd !== null && Math.abs(wanted - this.#soundEnd) < SAME_PLACE_SAMPLES;
    const start = isNext ? this.#soundEnd! : wanted;
    this.#buffer.write(start, sound.left, sound.right);
    this.#soundEnd = start + sound.left.length;
    this.#endMs = Math.max(this.#endMs, this.#soundEnd / SAMPLES_PER_MS);
  }

  #positionMs(): number {
    return this.#clock.nowMs() - this.#zeroMs;
  }

  async #idleUntil(dueMs: number): Promise<void> {
    while (!this.#isClosed && this.#clock.nowMs() < dueMs) {
      const waitMs = Math.min(IDLE_MS, dueMs - this.#clock.nowMs());
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, waitMs)));
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#queue.close();
  }
}

function wantsPackets(tracks: Track[]): boolean {
  const live = tracks.filter((track) => !track.isDone);
  return (
    live.some((track) => track.packets.length < PACKETS_AHEAD) &&
    live.every((track) => track.packets.length < MAX_PACKETS)
  );
}
