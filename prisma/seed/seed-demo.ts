import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Prisma, PrismaClient } from "../../gen/prisma/client.ts";
import type { BoothContent } from "./booth-content.ts";
import { demoBooths } from "./booths/index.ts";
import { createDemoLinks, type DemoLink } from "./demo-links.ts";
import { demoEnd, demoStart, presentationStart } from "./demo-times.ts";
import { demoEvent, demoSchedule, demoStage } from "./event-content.ts";
import { leafletPdf } from "./leaflet-pdf.ts";

export interface SeedResult {
  links: DemoLink[];
  eventPath: string;
}

/** Any number: two seeds at the same time make one demo. */
const LOCK_KEY = 7_203_911;

/**
 * Makes the demo event, once: `null` when there is an event already. The videos of its recorded presentations are
 * queued as title cards; the server makes them when it runs.
 */
export async function seed(
  db: PrismaClient,
  options: { dataDir: string; now: Date },
): Promise<SeedResult | null> {
  await writeMaterials(options.dataDir);
  return db.$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(${LOCK_KEY}::bigint)::text`;
      if ((await tx.event.count()) > 0) return null;
      return createDemo(tx, options);
    },
    { timeout: 60_000, maxWait: 10_000 },
  );
}

async function createDemo(
  tx: Prisma.TransactionClient,
  { dataDir, now }: { dataDir: string; now: Date },
): Promise<SeedResult> {
  const startsAt = demoStart(now);
  const organisation = await tx.organisation.create({
    data: { kind: "organiser", name: demoEvent.organisation },
  });
  const { slug, name, description, timeZone, language } = demoEvent;
  const event = await tx.event.create({
    data: {
      organisationId: organisation.id,
      slug,
      name,
      description,
      timeZone,
      language,
      startsAt,
      endsAt: demoEnd(startsAt),
    },
  });
  const stage = await tx.stage.create({ data: { eventId: event.id, ...demoStage } });
  for (const presentation of demoSchedule)
    await createPresentation(tx, { stageId: stage.id, startsAt, presentation, dataDir });
  const boothIds = new Map<string, string>();
  for (const [position, booth] of demoBooths.entries())
    boothIds.set(booth.slug, await createBooth(tx, { eventId: event.id, position, booth }));
  const links = await createDemoLinks(tx, { event, stageId: stage.id, boothIds }, now);
  return { links, eventPath: `/e/${slug}` };
}

async function createPresentation(
  tx: Prisma.TransactionClient,
  options: {
    stageId: string;
    startsAt: Date;
    presentation: (typeof demoSchedule)[number];
    dataDir: string;
  },
): Promise<void> {
  const { presentation, stageId, dataDir } = options;
  const { kind, title, description, speaker, lengthMinutes, card } = presentation;
  const row = await tx.presentation.create({
    data: {
      stageId,
      kind,
      title: { ...title },
      description: { ...description },
      speaker,
      startsAt: presentationStart(options.startsAt, presentation),
      lengthSeconds: lengthMinutes * 60,
    },
  });
  if (!card) return;
  const media = await tx.media.create({
    data: { presentationId: row.id, originalName: `${card.title}.mp4`, state: "queued" },
  });
  const folder = join(dataDir, "media");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${media.id}.card.json`), JSON.stringify(card));
}

async function createBooth(
  tx: Prisma.TransactionClient,
  { eventId, position, booth }: { eventId: string; position: number; booth: BoothContent },
): Promise<string> {
  const association = await tx.organisation.create({ data: { kind: "association", name: booth.name.fi } });
  const { slug, kind, colour, name, tagline, description } = booth;
  const row = await tx.booth.create({
    data: {
      eventId,
      organisationId: association.id,
      slug,
      kind,
      colour,
      position,
      name: { ...name },
      tagline: { ...tagline },
      description: { ...description },
      materials: {
        create: booth.materials.map((material, place) => ({
          kind: material.kind,
          position: place,
          title: { ...material.title },
          ...(material.kind === "link" && { url: material.url }),
          ...(material.kind === "file" && { url: material.file }),
          ...(material.kind === "text" && { body: { ...material.body } }),
        })),
      },
    },
  });
  return row.id;
}

async function writeMaterials(dataDir: string): Promise<void> {
  const folder = join(dataDir, "materials");
  await mkdir(folder, { recursive: true });
  for (const material of demoBooths.flatMap((booth) => booth.materials))
    if (material.kind === "file") await writeFile(join(folder, material.file), leafletPdf(material.leaflet));
}
