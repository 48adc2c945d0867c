/*
 * What the event pages show, kept until a domain notice says that it changed: the doors below `/events` cost no
 * statement while nothing does. Closed with the feature.
 */
import type { EventDetails, EventSummary } from "../../contract/events.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import {
  presentBoothSummary,
  presentEventSummary,
  presentPresentation,
  presentRecording,
  presentStageSummary,
} from "../../platform/present.ts";
import { Snapshots } from "../../platform/snapshots.ts";
import { type EventRow, findEventRow, listEventRows } from "./events.store.ts";

export type EventPage = Omit<EventDetails, "can">;

export interface EventPages {
  list(): Promise<EventSummary[]>;
  /** @throws not_found */
  require(slug: string): Promise<EventPage>;
  close(): void;
}

export function createEventPages(ctx: ServerContext): EventPages {
  const staffed = new Set<string>();
  const kept = { keptMs: ctx.keptMs, maxKeys: 500 };
  const lists = new Snapshots(async () => {
    const rows = await listEventRows(ctx.db);
    return rows.map((row) =>
      presentEventSummary(
        row,
        row.stages.some((stage) => stage.phase === "live"),
      ),
    );
  }, kept);
  const pages = new Snapshots(async (slug) => {
    const row = await findEventRow(ctx.db, slug);
    if (row === null) throw AppError.notFound("event");
    return presentPage(row);
  }, kept);

  const expirePage = ({ eventId }: { eventId: string }) => pages.expire((page) => page.id === eventId);
  const expireBoth = (notice: { eventId: string }) => {
    expirePage(notice);
    lists.expire(() => true);
  };
  const unsubscribes = [
    ctx.domain.on("eventChanged", expireBoth),
    ctx.domain.on("stageChanged", expireBoth),
    ctx.domain.on("presentationChanged", expirePage),
    ctx.domain.on("recordingChanged", expirePage),
    ctx.domain.on("boothChanged", expirePage),
    ctx.domain.on("boothStaffed", ({ boothId, isStaffed }) => {
      if (isStaffed) staffed.add(boothId);
      else staffed.delete(boothId);
    }),
  ];

  return {
    list: () => lists.get("all"),
    async require(slug) {
      const page = await pages.get(slug);
      if (staffed.size === 0) return page;
      return {
        ...page,
        booths: page.booths.map((booth) => ({ ...booth, isStaffed: staffed.has(booth.id) })),
      };
    },
    close() {
      for (const unsubscribe of unsubscribes) unsubscribe();
    },
  };
}

function presentPage(row: EventRow): EventPage {
  return {
    ...presentEventSummary(
      row,
      row.stages.some((stage) => stage.phase === "live"),
    ),
    stages: row.stages.map(presentStageSummary),
    booths: row.booths.map((booth) => presentBoothSummary(booth, false)),
    schedule: row.schedule.map(presentPresentation),
    recordings: row.recordings.map(presentRecording),
  };
}
