import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listDescendants, requirePid } from "../product-processes.ts";
import { waitFor } from "../wait-for.ts";
import type { StandingLoad } from "./standing-load.ts";
import { untilCalm } from "./until-calm.ts";

/** A stage that lost five mixers within a minute starts the next one later and later (media/stage/restart-pace.ts). */
const WINDOW_MS = 61_000;
const DEATHS_BEFORE_BACKING_OFF = 4;
/** Another media node is quicker than a longer wait. */
const PATIENCE_MS = 5_000;
/** A spare is forked four seconds after the last one was taken, and has loaded by then. */
const SPARE_WITHIN_MS = 20_000;
const SPARE_LOADED_SECONDS = 2;

/** When a load's media node was put in another's place, which knows of no death, ms since 1970. */
const renewedAtMs = new WeakMap<StandingLoad, number>();

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

/**
 * Until `times` more deaths are not yet a loop of them, what earlier runs did must not count against this one, and until
 * a spare waits. Where a minute would have to pass, another media node begins that knows of no death.
 */
export async function untilMixerMayDie(load: StandingLoad, times = 1): Promise<void> {
  const allowed = DEATHS_BEFORE_BACKING_OFF - times;
  const recent = readMixerDeaths(load).filter(
    ({ atMs }) => atMs > (renewedAtMs.get(load) ?? 0) && Date.now() - atMs < WINDOW_MS,
  );
  const [last] = recent.slice(0, Math.max(0, recent.length - allowed)).slice(-1);
  const waitMs = last === undefined ? 0 : last.atMs + WINDOW_MS - Date.now();
  if (waitMs > PATIENCE_MS) await renewMediaNode(load);
  else if (waitMs > 0) await sleep(waitMs);
  await waitFor(() => hasSpare(load), { timeoutMs: SPARE_WITHIN_MS, what: "a spare mixer" });
}

async function renewMediaNode(load: StandingLoad): Promise<void> {
  const former = requirePid(load.product, "media node");
  process.kill(former, "SIGKILL");
  // None is listed between the two.
  const isAnother = () => ![undefined, former].includes(load.product.pids()["media node"]);
  await waitFor(isAnother, { what: "another media node" });
  await load.untilWell();
  renewedAtMs.set(load, Date.now());
  await untilCalm(load);
}

/** One mixer more than works, which has lived long enough to have loaded. */
function hasSpare(load: StandingLoad): boolean {
  const mixers = listDescendants(requirePid(load.product, "media node"))
    .filter(({ command }) => command.includes("media/mixer/main.ts"))
    .map(({ pid }) => pid);
  if (mixers.length < 2) return false;
  const ages = execFileSync("ps", ["-o", "etimes=", "-p", mixers.join()], { encoding: "utf8" });
  return (
    ages
      .trim()
      .split(/\s+/)
      .filter((seconds) => Number(seconds) >= SPARE_LOADED_SECONDS).length >= 2
  );
}

function readLog({ place }: StandingLoad): string[] {
  return readFileSync(join(place.dataDir, "logs/media-node.log"), "utf8").split("\n");
}
