import { Browser } from "../browser.ts";
import type { Bound } from "./fault.ts";
import { listRecorded, untilRecorded } from "./recording.ts";
import { EVENT_AND_STAGE, type StandingLoad } from "./standing-load.ts";

/** What the next start must show, however the one before it ended. */
export const nextStartBounds = {
  ready: { what: "next start ready", unit: "s" },
  well: { what: "everybody sees, hears and chats again after it was ready", unit: "s", atMost: 15 },
  sameBroadcast: { what: "the same broadcast goes on", unit: "", atLeast: 1 },
  filesLost: { what: "recorded files that are gone after the next start", unit: "", atMost: 0 },
} as const satisfies Record<string, Bound>;

/** The launcher is gone: starts it again. `recorded` is what `listRecorded` said before. */
export async function readNextStart(load: StandingLoad, recorded: readonly string[]) {
  const beganAt = Date.now();
  await load.startAgain();
  const readyAt = Date.now();
  await load.untilWell();
  const wellAt = Date.now();
  await untilRecorded(load, wellAt);
  const { state } = await new Browser(load.url).call("readStage", { params: EVENT_AND_STAGE });
  const isSame = state.phase === "live" && state.broadcastId === load.broadcastId;
  const left = new Set(listRecorded(load));
  return {
    ready: (readyAt - beganAt) / 1000,
    well: (wellAt - readyAt) / 1000,
    sameBroadcast: isSame ? 1 : 0,
    filesLost: recorded.filter((file) => !left.has(file)).length,
  };
}
