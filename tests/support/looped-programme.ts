/*
 * A long live programme that really plays, made in seconds: eight seconds of a mixer's own parts, told again and again
 * with their decode times moved on. The past comes at once, the rest as time goes by, until `close()`.
 */
import type { MixerNotice } from "../../media/mixer/mixer-messages.ts";
import type { PartWritten, RunStarted } from "../../server/contract/segments.ts";
import { MixerRig } from "./mixer-rig.ts";

/** Eight seconds: whole numbers of pictures and of AAC frames (375), so that one turn joins the next. */
const SEGMENTS_A_TURN = 4;
const TURN_SECONDS = 8;
const RENDITIONS = 3;
const LOOK_MS = 50;

interface Told {
  notice: PartWritten;
  bytes: Uint8Array;
  isLastOfSegment: boolean;
}

type Run = Extract<MixerNotice, { type: "runStarted" }>;

/** What takes it: a segment store. */
export interface ProgrammeSink {
  runStarted(notice: RunStarted, inits: readonly { file: string; bytes: Uint8Array }[]): void;
  writePart(notice: PartWritten, bytes: Uint8Array, isLastOfSegment: boolean): void;
}

export class LoopedProgramme {
  readonly #run: Run;
  readonly #parts: Told[];
  #timer: NodeJS.Timeout | null = null;

  private constructor(run: Run, parts: Told[]) {
    this.#run = run;
    this.#parts = parts;
  }

  /** Has a mixer make one turn: takes about ten seconds. */
  static async create(): Promise<LoopedProgramme> {
    const mixer = await MixerRig.create({ widthPx: 1280, heightPx: 720, fps: 15 });
    try {
      const parts: Told[] = [];
      mixer.child.on("message", (notice: MixerNotice) => {
        if (notice.type === "part" && notice.notice.msn < SEGMENTS_A_TURN) parts.push(notice);
      });
      mixer.send({ type: "startPackaging", run: "r1", firstMsn: 0 });
      let lasts = 0;
      const run = (await mixer.waitFor(({ type }) => type === "runStarted")) as Run;
      await mixer.waitFor(
        (notice) => {
          if (notice.type === "part" && notice.isLastOfSegment && notice.notice.msn === SEGMENTS_A_TURN - 1)
            lasts = parts.filter(
              (one) => one.isLastOfSegment && one.notice.msn === SEGMENTS_A_TURN - 1,
            ).length;
          return lasts === RENDITIONS;
        },
        { timeoutMs: 30_000 },
      );
      return new LoopedProgramme(run, parts);
    } finally {
      await mixer.close();
    }
  }

  /** Tells all since `startedAtMs`, and goes on. */
  play(sink: ProgrammeSink, startedAtMs: number): void {
    const { notice, inits } = this.#run;
    const timescales = new Map(
      notice.renditions.map(({ name, initFile }) => [
        name,
        timescaleOf(inits.find(({ file }) => file === initFile)!.bytes),
      ]),
    );
    sink.runStarted({ ...notice, startedAtMs }, inits);
    let [turn, at] = [0, 0];
    const tell = () => {
      for (;;) {
        const part = this.#parts[at]!;
        const programDateTimeMs =
          part.notice.programDateTimeMs - notice.startedAtMs + startedAtMs + turn * TURN_SECONDS * 1000;
        if (programDateTimeMs + part.notice.durationSeconds * 1000 > Date.now()) return;
        const { rendition } = part.notice;
        const msn = part.notice.msn + turn * SEGMENTS_A_TURN;
        const file = `r1-${rendition}-${msn}-${part.notice.part}.m4s`;
        const ticks = BigInt(turn * TURN_SECONDS * timescales.get(rendition)!);
        sink.writePart(
          { ...part.notice, msn, file, programDateTimeMs },
          movedOn(part.bytes, ticks),
          part.isLastOfSegment,
        );
        at = (at + 1) % this.#parts.length;
        if (at === 0) turn++;
      }
    };
    tell();
    this.#timer = setInterval(tell, LOOK_MS);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}

/** Of the only track (ISO/IEC 14496-12, 8.4.2, version 0). */
function timescaleOf(init: Uint8Array): number {
  const bytes = Buffer.from(init);
  const at = bytes.indexOf("mdhd");
  if (at < 0 || bytes[at + 4] !== 0) throw new Error("no mdhd of version 0");
  return bytes.readUInt32BE(at + 16);
}

/** With the decode times of all fragments moved on (8.8.12, version 1). */
function movedOn(part: Uint8Array, ticks: bigint): Buffer {
  const bytes = Buffer.from(part);
  const at = bytes.indexOf("tfdt");
  if (at < 0 || bytes[at + 4] !== 1) throw new Error("no tfdt of version 1");
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at + 8) + ticks, at + 8);
  return bytes;
}
