import type { PrismaClient } from "../../../gen/prisma/client.ts";

const whole = {
  event: { select: { id: true, slug: true, name: true, timeZone: true } },
  materials: { orderBy: { position: "asc" }, take: 50 },
} as const;

/** A booth with its event and materials, or `null`. */
export function findBooth(db: PrismaClient, { event, booth }: { event: string; booth: string }) {
  return db.booth.findFirst({ where: { slug: booth, event: { slug: event } }, include: whole });
}
export type BoothRow = NonNullable<Awaited<ReturnType<typeof findBooth>>>;

/** A material that is a file, or `null`. */
export function findFileMaterial(db: PrismaClient, id: string) {
  return db.material.findFirst({ where: { id, kind: "file" }, select: { id: true, title: true, url: true } });
}
