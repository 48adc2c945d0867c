import { setTimeout as sleep } from "node:timers/promises";
import { breakLine } from "../../support/bad-network.ts";
import type { Bound } from "../../support/chaos/fault.ts";
import type { StandingLoad } from "../../support/chaos/standing-load.ts";
import { ScreenWatch } from "../../support/screen-look.ts";
import { secondsUntilPicture } from "./picture-times.ts";
import { countPageErrors, requirePerson, requireWire } from "./wired-load.ts";

/** A cut is up to so much longer, so that runs meet every moment of the attempts to come back. */
const SPREAD_MS = 2_000;

export const audienceFigures = {
  viewerBack: { what: "viewer plays after the link is back", unit: "s", atMost: 5 },
  screenBack: { what: "screen plays after the link is back", unit: "s", atMost: 5 },
  screenBlack: { what: "looks at the screen that found it black", unit: "", atMost: 0 },
  screenForeign: { what: "looks at the screen that found an error page", unit: "", atMost: 0 },
  screenLooks: { what: "looks at the screen", unit: "", atLeast: 8 },
  pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
} as const satisfies Record<string, Bound>;

/** Cuts the line of a viewer and a screen for so long, and reads how they come back. */
export async function strikeAudience(
  load: StandingLoad,
  { cutMs }: { cutMs: number },
): Promise<Record<keyof typeof audienceFigures, number>> {
  const [viewer, screen] = [requirePerson(load, "viewer"), requirePerson(load, "screen")];
  await load.begin();
  const watch = new ScreenWatch(screen.page);
  const mend = breakLine(requireWire(load).cable);
  await sleep(cutMs + Math.random() * SPREAD_MS).finally(mend);
  const mendedAt = Date.now();
  const [viewerBack, screenBack] = await Promise.all([
    secondsUntilPicture(viewer.page, mendedAt),
    secondsUntilPicture(screen.page, mendedAt),
  ]);
  const { looks, black, foreign } = await watch.end();
  return {
    viewerBack,
    screenBack,
    screenBlack: black,
    screenForeign: foreign,
    screenLooks: looks,
    pageErrors: countPageErrors(load),
  };
}
