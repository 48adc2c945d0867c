import type { z } from "zod";
import type { LinkView, SessionView } from "../../contract/events.ts";
import { presentShortText } from "../../platform/present.ts";
import type { Grant } from "../../platform/rights.ts";
import type { LinkRow } from "./links.store.ts";

export function presentSession(grants: readonly Grant[]): z.infer<typeof SessionView> {
  return {
    grants: grants
      .slice(0, 50)
      .map(({ role, eventId, stageId, boothId }) => ({ role, eventId, stageId, boothId })),
  };
}

/** `placeNames`: of the event's stages and booths by id. */
export function presentLink(row: LinkRow, placeNames: ReadonlyMap<string, unknown>): LinkView {
  const name = placeNames.get(row.stageId ?? row.boothId ?? "");
  return {
    id: Buffer.from(row.hash).toString("hex"),
    role: row.role,
    label: row.label.slice(0, 200),
    stageId: row.stageId,
    boothId: row.boothId,
    place: name === undefined ? null : presentShortText(name),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
    sessionCount: row._count.grants,
    isOwn: row.grants.length > 0,
  };
}
