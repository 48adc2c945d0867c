/*
 * Where stages and booths belong and which phase a stage is in: asked at every join and message, so it is kept and
 * renewed by domain notices. While PostgreSQL is away what is known is still answered: media does not wait for it.
 */
import type { PrismaClient } from "../../gen/prisma/client.ts";
import type { StagePhase } from "../contract/stages.ts";
import type { DomainNotices } from "./domain-notices.ts";
import { AppError, toAppError } from "./errors.ts";

const KEPT_PLACES = 5_000;

export interface StagePlace {
  stageId: string;
  eventId: string;
  phase: StagePhase;
}
export interface BoothPlace {
  boothId: string;
  eventId: string;
}

export interface Directory {
  /** @throws not_found, database_unavailable when it was never read */
  requireStage(stageId: string): Promise<StagePlace>;
  /** @throws not_found, database_unavailable when it was never read */
  requireBooth(boothId: string): Promise<BoothPlace>;
}

interface Kept<Place> {
  place: Place;
  readAtMs: number;
}

interface Options {
  db: PrismaClient;
  domain: DomainNotices;
  /** Another server process may have changed it: asked again after this long. */
  keptMs: number;
}

export function createDirectory({ db, domain, keptMs }: Options): Directory {
  const stages = keeper("stage", keptMs, async (id) => {
    const row = await db.stage.findUnique({ where: { id }, select: { eventId: true, phase: true } });
    return row === null ? null : { stageId: id, ...row };
  });
  const booths = keeper("booth", keptMs, async (id) => {
    const row = await db.booth.findUnique({ where: { id }, select: { eventId: true } });
    return row === null ? null : { boothId: id, ...row };
  });
  domain.on("stageChanged", ({ stageId, eventId, phase }) =>
    stages.put(stageId, { stageId, eventId, phase }),
  );
  domain.on("boothChanged", ({ boothId }) => booths.drop(boothId));
  domain.on("eventChanged", () => {
    stages.expireAll();
    booths.expireAll();
  });
  return { requireStage: stages.require, requireBooth: booths.require };
}

function keeper<Place>(what: string, keptMs: number, read: (id: string) => Promise<Place | null>) {
  const kept = new Map<string, Kept<Place>>();
  /** Grows with every notice: what was being read meanwhile may be from before it and is not kept. */
  let notices = 0;
  const keep = (id: string, place: Place) => {
    if (kept.size >= KEPT_PLACES) kept.clear();
    kept.set(id, { place, readAtMs: performance.now() });
  };
  return {
    put(id: string, place: Place) {
      notices++;
      keep(id, place);
    },
    drop(id: string) {
      notices++;
      kept.delete(id);
    },
    expireAll() {
      notices++;
      for (const entry of kept.values()) entry.readAtMs = Number.NEGATIVE_INFINITY;
    },
    async require(id: string): Promise<Place> {
      const known = kept.get(id);
      if (known !== undefined && performance.now() - known.readAtMs < keptMs) return known.place;
      const noticesBefore = notices;
      try {
        const place = await read(id);
        if (place === null) {
          kept.delete(id);
          throw AppError.notFound(what);
        }
        if (notices === noticesBefore) keep(id, place);
        return place;
      } catch (thrown) {
        if (known !== undefined && toAppError(thrown).code === "database_unavailable") return known.place;
        throw thrown;
      }
    },
  };
}
