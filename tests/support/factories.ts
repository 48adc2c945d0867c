import { randomUUID } from "node:crypto";
import type { PrismaClient } from "../../gen/prisma/client.ts";
import type { PresentationKind, StagePhase } from "../../server/contract/stages.ts";
import { type AccessTokenDraft, createAccessToken } from "../../server/platform/access-tokens.ts";

/** The same text in three languages. */
export const text = (value: string) => ({ fi: value, sv: `${value} (sv)`, en: `${value} (en)` });

const HOUR_MS = 3_600_000;

export interface Fair {
  organisation: { id: string };
  event: { id: string; slug: string };
  stage: { id: string; slug: string };
  booth: { id: string; slug: string };
}

/** An event with one stage and one booth. Slugs are unique, so one database may hold several. */
export async function createFair(db: PrismaClient, options: { phase?: StagePhase } = {}): Promise<Fair> {
  const mark = randomUUID().slice(0, 8);
  const organisation = await db.organisation.create({ data: { kind: "organiser", name: `Alue ${mark}` } });
  const association = await db.organisation.create({
    data: { kind: "association", name: `Yhdistys ${mark}` },
  });
  const event = await db.event.create({
    data: {
      organisationId: organisation.id,
      slug: `messut-${mark}`,
      name: text(`Messut ${mark}`),
      description: text("Järjestömessut"),
      startsAt: new Date(Date.now() - HOUR_MS),
      endsAt: new Date(Date.now() + 8 * HOUR_MS),
    },
  });
  const stage = await createStage(db, {
    eventId: event.id,
    slug: "paalava",
    phase: options.phase ?? "closed",
  });
  const booth = await db.booth.create({
    data: {
      eventId: event.id,
      organisationId: association.id,
      slug: `poyta-${mark}`,
      name: text("Muistiyhdistys"),
      kind: "memory",
      tagline: text("Muistin asialla"),
      description: text("Tule juttelemaan."),
    },
  });
  return { organisation, event, stage, booth };
}

export function createStage(
  db: PrismaClient,
  options: { eventId: string; slug?: string; phase?: StagePhase },
): Promise<{ id: string; slug: string; eventId: string }> {
  const slug = options.slug ?? `lava-${randomUUID().slice(0, 8)}`;
  return db.stage.create({
    data: {
      eventId: options.eventId,
      slug,
      name: text("Päälava"),
      description: text("Luentosali"),
      phase: options.phase ?? "closed",
    },
  });
}

export function createPresentation(
  db: PrismaClient,
  options: {
    stageId: string;
    kind?: PresentationKind;
    startsAt?: Date;
    lengthSeconds?: number;
    title?: string;
  },
) {
  return db.presentation.create({
    data: {
      stageId: options.stageId,
      kind: options.kind ?? "live",
      title: text(options.title ?? "Unen merkitys"),
      description: text("Luento"),
      speaker: "Aino Esimerkki",
      startsAt: options.startsAt ?? new Date(),
      lengthSeconds: options.lengthSeconds ?? 1800,
    },
  });
}

/** A published recording of a broadcast that is over. */
export async function createRecording(db: PrismaClient, options: { stageId: string; isPublished?: boolean }) {
  const startedAt = new Date(Date.now() - HOUR_MS);
  const endedAt = new Date(startedAt.getTime() + 60_000);
  const broadcast = await db.broadcast.create({ data: { stageId: options.stageId, startedAt, endedAt } });
  return db.recording.create({
    data: {
      broadcastId: broadcast.id,
      title: text("Tallenne"),
      startedAt,
      endedAt,
      isPublished: options.isPublished ?? true,
    },
  });
}

/** A join link that lives for a day. */
export function createLink(
  db: PrismaClient,
  draft: Omit<AccessTokenDraft, "expiresAt"> & { expiresAt?: Date },
) {
  return createAccessToken(db, { expiresAt: new Date(Date.now() + 24 * HOUR_MS), ...draft });
}
