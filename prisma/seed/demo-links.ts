import type { Prisma, PrismaClient } from "../../gen/prisma/client.ts";
import { createAccessToken } from "../../server/platform/access-tokens.ts";
import type { GrantRole } from "../../server/platform/rights.ts";
import { demoBooths } from "./booths/index.ts";
import { demoStage } from "./event-content.ts";

/** Demo links live this long; a refresh of the demo gives them as long again. */
export const LINK_DAYS = 180;

export interface DemoLink {
  /** For the terminal. */
  label: string;
  role: GrantRole | "attendee";
  /** Below the public address. */
  path: string;
}

interface DemoPlaces {
  event: { id: string; slug: string };
  stageId: string;
  /** By slug. */
  boothIds: ReadonlyMap<string, string>;
}

export function linkExpiry(now: Date): Date {
  return new Date(now.getTime() + LINK_DAYS * 24 * 3_600_000);
}

/** Makes the demo's join links; their tokens are known only to whoever called. */
export async function createDemoLinks(
  db: PrismaClient | Prisma.TransactionClient,
  { event, stageId, boothIds }: DemoPlaces,
  now: Date,
): Promise<DemoLink[]> {
  const expiresAt = linkExpiry(now);
  const make = async (
    label: string,
    role: GrantRole,
    draft: { stageId?: string; boothId?: string; label: string },
  ): Promise<DemoLink> => {
    const { path } = await createAccessToken(db, { role, eventId: event.id, expiresAt, ...draft });
    return { label, role, path };
  };
  const eventPath = `/e/${event.slug}`;
  const links: DemoLink[] = [
    { label: "Event (attendee)", role: "attendee", path: eventPath },
    { label: "Stage (attendee)", role: "attendee", path: `${eventPath}/stage/${demoStage.slug}` },
    await make("Host (backstage)", "host", { stageId, label: "Juontajan linkki" }),
    await make("Speaker (backstage)", "speaker", { stageId, label: "Puhujan linkki" }),
    await make("Organiser", "organiser", { label: "Järjestäjän linkki" }),
    await make("Break-room screen", "screen", { label: "Taukohuone, osasto 3" }),
  ];
  for (const booth of demoBooths) {
    const boothId = boothIds.get(booth.slug);
    if (boothId === undefined) continue;
    const name = booth.name.fi;
    links.push(await make(`Staff: ${booth.slug}`, "staff", { boothId, label: `Esittelypiste: ${name}` }));
  }
  return links;
}
