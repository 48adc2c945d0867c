import type { PrismaClient } from "../../../gen/prisma/client.ts";
import type { GrantRole } from "../../platform/rights.ts";

interface Link {
  role: GrantRole;
  eventId: string;
  stageId: string | null;
  boothId: string | null;
  event: { slug: string };
}

/** Where a person with this link goes first (design: the URLs people meet). */
export async function pathFor(db: PrismaClient, link: Link): Promise<string> {
  const event = `/e/${link.event.slug}`;
  switch (link.role) {
    case "organiser":
      return `${event}/manage`;
    case "screen":
      return "/screen";
    case "host":
    case "speaker": {
      const stage = await db.stage.findFirst({
        where: { eventId: link.eventId, ...(link.stageId === null ? {} : { id: link.stageId }) },
        orderBy: { position: "asc" },
        select: { slug: true },
      });
      return stage === null ? event : `${event}/stage/${stage.slug}/backstage`;
    }
    case "staff": {
      if (link.boothId === null) return event;
      const booth = await db.booth.findFirst({
        where: { eventId: link.eventId, id: link.boothId },
        select: { slug: true },
      });
      return booth === null ? event : `${event}/booth/${booth.slug}/staff`;
    }
  }
}
