import type { z } from "zod";
import type { SessionView } from "../../contract/events.ts";
import type { Grant } from "../../platform/rights.ts";

export function presentSession(grants: readonly Grant[]): z.infer<typeof SessionView> {
  return {
    grants: grants
      .slice(0, 50)
      .map(({ role, eventId, stageId, boothId }) => ({ role, eventId, stageId, boothId })),
  };
}
