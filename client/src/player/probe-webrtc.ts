import { openAudienceEntrance } from "../room/audience-entrance.ts";
import type { EntranceOptions } from "./audience-entrance.ts";
import { holdEntrance } from "./held-entrance.ts";

const TICK_MS = 1_000;
/** Ticks with media in a row that count as working. */
const GOOD_TICKS = 3;
const MAX_TICKS = 8;

/**
 * Enters the audience beside what plays and looks whether media comes. Where it does, the place is held for the path
 * that takes it over, so that the change costs no second entering.
 */
export async function probeWebrtc(
  stageId: string,
  options: EntranceOptions,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return false;
  const entrance = openAudienceEntrance(stageId, options);
  // At once: a path that enters next has the same place in the room, and leaving it later would take that.
  const leave = () => entrance.close();
  signal.addEventListener("abort", leave);
  let [last, good] = [0, 0];
  for (let tick = 0; tick < MAX_TICKS && !signal.aborted; tick++) {
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    if (entrance.getSnapshot().phase === "closed") break;
    const progress = await entrance.readProgress().catch(() => last);
    good = progress > last ? good + 1 : 0;
    last = progress;
    if (good < GOOD_TICKS) continue;
    if (signal.aborted) break;
    signal.removeEventListener("abort", leave);
    holdEntrance(stageId, entrance);
    return true;
  }
  entrance.close();
  return false;
}
