/*
 * Keeps audience rooms to those who may see what is in them: a broadcast is everybody's, what happens on the stage
 * before and after it is its makers'.
 */
import type { StagePhase } from "../../contract/stages.ts";
import type { ServerContext } from "../../platform/context.ts";
import type { Presences } from "./presences.ts";
import type { Removals } from "./removals.ts";
import type { RoomPlace, StagePlace } from "./room-place.ts";
import { mayStay, personTagOf } from "./rooms.policy.ts";

/** Of the contract. */
const MAX_KEPT = 200;

/** The place with the phase that its stage is in now. Where that cannot be read the place is as it was. */
export async function placeNow(ctx: ServerContext, place: RoomPlace): Promise<RoomPlace> {
  return place.kind === "booth" ? place : { ...place, phase: await phaseNow(ctx, place) };
}

/** Of a place's stage; as it was where it cannot be read. */
export async function phaseNow(ctx: ServerContext, place: StagePlace): Promise<StagePhase> {
  return (await ctx.directory.requireStage(place.stageId).catch(() => place)).phase;
}

/** With the end of a broadcast whoever is not of its makers loses the stage, at once. Returns the unsubscribe. */
export function clearAudienceAtEnd(
  ctx: ServerContext,
  { presences, removals }: { presences: Presences; removals: Removals },
): () => void {
  return ctx.domain.on("stageChanged", async ({ stageId, eventId, phase }) => {
    if (phase !== "ended") return;
    const place: RoomPlace = { kind: "audience", stageId, eventId, phase };
    const makers = presences
      .ofRoom(`audience:${stageId}`)
      .filter(({ connection, role }) => mayStay(connection.actor, role, place))
      .map(({ peerId }) => peerId);
    const keptPeerIds: string[] = [];
    for (const peerId of makers.slice(0, MAX_KEPT))
      if (!(await removals.has(`backstage:${stageId}`, personTagOf(peerId)))) keptPeerIds.push(peerId);
    await ctx.media.request("stage:clearAudience", { stageId, keptPeerIds }).catch((err: unknown) => {
      ctx.log.warn({ err }, `[stage:${stageId}] its audience is not cleared: the media node is away`);
    });
  });
}
