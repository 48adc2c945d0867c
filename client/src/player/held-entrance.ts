/*
 * A place in an audience that was taken before there is a path to play it: by the page while it is still being made,
 * or by a probe beside what plays. The next path takes it over; what nobody takes is closed.
 */
import { openAudienceEntrance } from "../room/audience-entrance.ts";
import type { AudienceEntrance, OpenAudienceEntrance } from "./audience-entrance.ts";

/** A page that has no player by then has something else to show. */
const KEPT_MS = 8_000;

interface Held {
  stageId: string;
  entrance: AudienceEntrance;
  timer: ReturnType<typeof setTimeout>;
}
let held: Held | null = null;
let taken: { stageId: string; entrance: AudienceEntrance } | null = null;

/** A path is in this audience, or on its way: another entrance of this page would take its place in the room. */
export function isEntered(stageId: string): boolean {
  return taken?.stageId === stageId && taken.entrance.getSnapshot().phase !== "closed";
}

export function holdEntrance(stageId: string, entrance: AudienceEntrance): void {
  drop();
  held = { stageId, entrance, timer: setTimeout(drop, KEPT_MS) };
}

/** The place that was taken ahead, or a new one. */
export const takeEntrance: OpenAudienceEntrance = (stageId, options) => {
  const kept = held;
  if (kept?.stageId === stageId && kept.entrance.getSnapshot().phase !== "closed") {
    clearTimeout(kept.timer);
    held = null;
    kept.entrance.setAudioOnly(options.isAudioOnly);
    taken = { stageId, entrance: kept.entrance };
    return kept.entrance;
  }
  drop();
  taken = { stageId, entrance: openAudienceEntrance(stageId, options) };
  return taken.entrance;
};

function drop(): void {
  if (!held) return;
  clearTimeout(held.timer);
  held.entrance.close();
  held = null;
}
