import type { PartWritten, RenditionName, RunStarted } from "../../server/contract/segments.ts";

/*
 * A programme of made-up bytes with the borders of a real one: for tests of stores, windows and playlists. Nobody
 * can play it.
 */

export const PARTS_A_SEGMENT = 6;
export const RENDITIONS: readonly RenditionName[] = ["v720", "v360", "aud"];
/** Frames a part, at 25 a second, as the mixer's grid cuts them. */
const FRAMES = [8, 8, 9, 8, 8, 9];

export interface MadeUpPart {
  notice: PartWritten;
  bytes: Buffer;
  isLastOfSegment: boolean;
}

export function madeUpRun(
  run: string,
  startedAtMs: number,
): { notice: RunStarted; inits: { file: string; bytes: Buffer }[] } {
  const renditions: RunStarted["renditions"] = [
    video(run, "v720", { codecs: "avc1.42c01f", bandwidth: 3_300_000, widthPx: 1280, heightPx: 720 }),
    video(run, "v360", { codecs: "avc1.42c01e", bandwidth: 900_000, widthPx: 640, heightPx: 360 }),
    { name: "aud", initFile: `${run}-aud-init.mp4`, codecs: "mp4a.40.2", bandwidth: 106_000 },
  ];
  const inits = renditions.map(({ initFile }) => ({
    file: initFile,
    bytes: Buffer.from(`init of ${initFile}`),
  }));
  return { notice: { type: "run", run, startedAtMs, renditions }, inits };
}

function video(
  run: string,
  name: RenditionName,
  rest: { codecs: string; bandwidth: number; widthPx: number; heightPx: number },
): RunStarted["renditions"][number] {
  return { name, initFile: `${run}-${name}-init.mp4`, frameRate: 25, ...rest };
}

/** One part; `msn` counts from `firstMsn` of its run, which began at `startedAtMs`. */
export function madeUpPart(
  run: string,
  rendition: RenditionName,
  at: { msn: number; part: number; firstMsn: number; startedAtMs: number; bytes?: number; isLast?: boolean },
): MadeUpPart {
  const { msn, part, firstMsn, startedAtMs } = at;
  const before = FRAMES.slice(0, part).reduce((sum, frames) => sum + frames, 0);
  const file = `${run}-${rendition}-${msn}-${part}.m4s`;
  const text = Buffer.from(`[${file}]`);
  return {
    notice: {
      type: "part",
      run,
      rendition,
      msn,
      part,
      file,
      durationSeconds: FRAMES[part]! / 25,
      isIndependent: part === 0 || rendition === "aud",
      programDateTimeMs: startedAtMs + (msn - firstMsn) * 2000 + before * 40,
    },
    bytes:
      at.bytes === undefined
        ? text
        : Buffer.concat([text, Buffer.alloc(Math.max(0, at.bytes - text.length), 7)]),
    isLastOfSegment: at.isLast ?? part === PARTS_A_SEGMENT - 1,
  };
}

/** All parts of whole segments, in the order in which a mixer makes them. */
export function* madeUpParts(
  run: string,
  span: { firstMsn: number; count: number; startedAtMs: number; bytes?: number },
): Generator<MadeUpPart> {
  for (let n = 0; n < span.count * PARTS_A_SEGMENT; n++) {
    const msn = span.firstMsn + Math.floor(n / PARTS_A_SEGMENT);
    for (const rendition of RENDITIONS) {
      const { firstMsn, startedAtMs, bytes } = span;
      yield madeUpPart(run, rendition, { msn, part: n % PARTS_A_SEGMENT, firstMsn, startedAtMs, bytes });
    }
  }
}
