import type { ScreenView } from "../../contract/events.ts";
import { Language } from "../../contract/ids.ts";
import type { StageView } from "../../contract/stages.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import type { Doors } from "../../platform/mount.ts";
import { presentEventSummary, presentRecording } from "../../platform/present.ts";
import type { Actor } from "../../platform/rights.ts";
import { route } from "../../platform/route.ts";
import { chooseReplays } from "./choose-replays.ts";
import { findScreen, listEventRecordings } from "./screens.store.ts";

/** How a screen gets whole stages; the stages feature gives it. */
export interface ScreenStages {
  of(stageId: string, actor: Actor): Promise<StageView>;
}

export function mountScreens(ctx: ServerContext, { router }: Doors, stages: ScreenStages): void {
  route(ctx, router, "readScreen", async ({ actor, authorise }): Promise<ScreenView> => {
    const { sessionId } = actor;
    const screen = sessionId === null ? null : await findScreen(ctx.db, { sessionId, now: ctx.now() });
    if (!screen) throw AppError.unauthorised();
    const { event } = screen;
    authorise({ eventId: event.id });
    const rows = await listEventRecordings(ctx.db, event.id);
    return {
      name: screen.label,
      language: Language.catch("fi").parse(screen.language),
      event: presentEventSummary(
        event,
        event.stages.some((stage) => stage.phase === "live"),
      ),
      stages: await Promise.all(event.stages.map((stage) => stages.of(stage.id, actor))),
      replays: chooseReplays(rows).map(presentRecording),
    };
  });
}
