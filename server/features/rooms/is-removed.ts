import type { ServerContext } from "../../platform/context.ts";
import { phaseNow } from "./clear-audience.ts";
import type { Removals } from "./removals.ts";
import type { RoomPlace } from "./room-place.ts";

/**
 * Whether a person was removed from what is seen at the place. A broadcast is everybody's; before and after it an
 * audience room shows the backstage, and who is out of that is out of both.
 */
export async function isRemovedFrom(
  ctx: ServerContext,
  removals: Removals,
  { place, personTag }: { place: RoomPlace; personTag: string },
): Promise<boolean> {
  if (place.kind === "booth") return removals.has(`booth:${place.boothId}`, personTag);
  const isEverybodys = place.kind === "audience" && (await phaseNow(ctx, place)) === "live";
  return !isEverybodys && (await removals.has(`backstage:${place.stageId}`, personTag));
}
