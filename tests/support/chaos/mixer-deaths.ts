import { readFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../wait-for.ts";
import type { StandingLoad } from "./standing-load.ts";

/** A stage that lost five mixers within a minute starts the next one later and later (media/stage/restart-pace.ts). */
const WINDOW_MS = 61_000;
const DEATHS_BEFORE_BACKING_OFF = 4;

/** What the media node said about each mixer that it lost. */
export function readMixerDeaths(load: StandingLoad): { atMs: number; pauseMs: number }[] {
  return readLog(load).flatMap((line) => {
    const [, pauseMs] = /mixer lost .*next in (\d+) ms/.exec(line) ?? [];
    const [, time] = /"time":(\d+)/.exec(line) ?? [];
    return pauseMs === undefined ? [] : [{ atMs: Number(time ?? 0), pauseMs: Number(pauseMs) }];
  });
}

/** The process that makes the programme now, or did last; spares are none. */
export function readMixerPid(load: StandingLoad): number {
  const pids = readLog(load).flatMap((line) => /\[mixer:(\d+)\] put to work/.exec(line)?.[1] ?? []);
  return Number(pids.at(-1));
}

/** Until `times` more deaths are not yet a loop of them: what earlier runs did must not count against this one. */
export async function untilMixerMayDie(load: StandingLoad, times = 1): Promise<void> {
  const recent = () => readMixerDeaths(load).filter(({ atMs }) => Date.now() - atMs < WINDOW_MS);
  await waitFor(() => recent().length + times <= DEATHS_BEFORE_BACKING_OFF, {
    timeoutMs: WINDOW_MS + 10_000,
    what: "a minute with few deaths of mixers",
  });
}

function readLog({ place }: StandingLoad): string[] {
  return readFileSync(join(place.dataDir, "logs/media-node.log"), "utf8").split("\n");
}
