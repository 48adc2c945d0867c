/*
 * A broadcast of made-up bytes in real time: each part is told to all who listen (the product over its media link, a bare
 * peer over IPC) at the same instant, which stands at the head of its bytes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { RenditionName, StoreNotice } from "../../../server/contract/segments.ts";
import { madeUpPart, madeUpRun, PARTS_A_SEGMENT, RENDITIONS } from "../../support/made-up-programme.ts";

export const BROADCAST_ID = "0190a000-0000-7000-8000-000000000001";
const SEGMENT_MS = 2000;
const PART_MS = SEGMENT_MS / PARTS_A_SEGMENT;
/** Segments that there are already when it begins. */
const PAST_SEGMENTS = 30;

export type TellPart = (notice: StoreNotice, bytes: Buffer | null) => void;

export class MadeUpBroadcast {
  readonly #tell: TellPart;
  readonly #partBytes: Record<RenditionName, number>;
  readonly #startedAtMs = Date.now() - PAST_SEGMENTS * SEGMENT_MS;
  #isClosed = false;
  #running: Promise<void> = Promise.resolve();

  /** Tells what is past at once. `partBytes`: of one part of each rendition. */
  static begin(options: { tell: TellPart; partBytes: Record<RenditionName, number> }): MadeUpBroadcast {
    const broadcast = new MadeUpBroadcast(options);
    broadcast.#tellPast();
    broadcast.#running = broadcast.#run();
    return broadcast;
  }

  private constructor(options: { tell: TellPart; partBytes: Record<RenditionName, number> }) {
    this.#tell = options.tell;
    this.#partBytes = options.partBytes;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  #tellPast(): void {
    const run = madeUpRun("r1", this.#startedAtMs);
    const renditions = run.notice.renditions.map((one, at) => ({
      ...one,
      initBase64: run.inits[at]!.bytes.toString("base64"),
    }));
    this.#tell({ ...run.notice, renditions }, null);
    for (let n = 0; n < PAST_SEGMENTS * PARTS_A_SEGMENT; n += 1) this.#tellParts(n);
  }

  async #run(): Promise<void> {
    for (let n = PAST_SEGMENTS * PARTS_A_SEGMENT; !this.#isClosed; n += 1) {
      await sleep(Math.max(0, this.#startedAtMs + (n + 1) * PART_MS - Date.now()));
      if (!this.#isClosed) this.#tellParts(n);
    }
  }

  #tellParts(n: number): void {
    const at = {
      msn: Math.floor(n / PARTS_A_SEGMENT),
      part: n % PARTS_A_SEGMENT,
      firstMsn: 0,
      startedAtMs: this.#startedAtMs,
    };
    for (const rendition of RENDITIONS) {
      const made = madeUpPart("r1", rendition, { ...at, bytes: this.#partBytes[rendition] });
      const told = `[told:${(performance.timeOrigin + performance.now()).toFixed(3)}]`;
      made.bytes.write(told, 0, "latin1");
      this.#tell({ ...made.notice, isLastOfSegment: made.isLastOfSegment }, made.bytes);
      if (made.isLastOfSegment) this.#tellSegment(rendition, at.msn);
    }
  }

  #tellSegment(rendition: RenditionName, msn: number): void {
    const programDateTimeMs = this.#startedAtMs + msn * SEGMENT_MS;
    this.#tell(
      {
        type: "segment",
        run: "r1",
        rendition,
        msn,
        file: `r1-${rendition}-${msn}.m4s`,
        durationSeconds: SEGMENT_MS / 1000,
        programDateTimeMs,
        bytes: PARTS_A_SEGMENT * this.#partBytes[rendition],
      },
      null,
    );
  }
}
