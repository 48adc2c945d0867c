import type { PrismaClient } from "../../../gen/prisma/client.ts";
import type { PresentationDraft } from "../../contract/events.ts";
import { AppError } from "../../platform/errors.ts";
import { presentText } from "../../platform/present.ts";
import {
  countPresentations,
  findOverlap,
  findPresentation,
  inStageLock,
  insertPresentation,
  isStageOf,
  type ManagedPresentationRow,
  type PresentationColumns,
  updatePresentation,
} from "./schedule.store.ts";

/** The contract's bound of a stage's schedule. */
const MAX_A_STAGE = 500;

/** @throws not_found for a stage of another event, conflict when the time is taken or the schedule is full */
export function addPresentation(
  db: PrismaClient,
  { eventId, draft }: { eventId: string; draft: PresentationDraft },
): Promise<ManagedPresentationRow> {
  const data = toColumns(draft);
  return inStageLock(db, [data.stageId], async (tx) => {
    if (!(await isStageOf(tx, { stageId: data.stageId, eventId }))) throw AppError.notFound("stage");
    if ((await countPresentations(tx, data.stageId)) >= MAX_A_STAGE)
      throw AppError.conflict(`A stage's schedule holds at most ${MAX_A_STAGE} presentations.`);
    throwOnOverlap(await findOverlap(tx, { ...data, exceptId: null }));
    return insertPresentation(tx, data);
  });
}

/** @throws not_found for a stage of another event, conflict when the time is taken, or it was moved meanwhile */
export function changePresentation(
  db: PrismaClient,
  options: { eventId: string; row: ManagedPresentationRow; changes: Partial<PresentationDraft> },
): Promise<ManagedPresentationRow> {
  const { eventId, row, changes } = options;
  return inStageLock(db, [row.stageId, changes.stageId ?? row.stageId], async (tx) => {
    // As it is now: what another organiser changed meanwhile stays.
    const present = await findPresentation(tx, { eventId, id: row.id });
    if (!present) throw AppError.notFound("presentation");
    if (present.stageId !== row.stageId) throw AppError.conflict("It was moved at the same time.");
    const data = toColumns({
      ...present,
      title: presentText(present.title),
      description: presentText(present.description),
      startsAt: present.startsAt.toISOString(),
      ...changes,
    });
    if (!(await isStageOf(tx, { stageId: data.stageId, eventId }))) throw AppError.notFound("stage");
    throwOnOverlap(await findOverlap(tx, { ...data, exceptId: row.id }));
    return updatePresentation(tx, { id: row.id, data });
  });
}

function toColumns(draft: PresentationDraft): PresentationColumns {
  const { stageId, kind, title, description, speaker, lengthSeconds } = draft;
  return { stageId, kind, title, description, speaker, lengthSeconds, startsAt: new Date(draft.startsAt) };
}

function throwOnOverlap(other: Awaited<ReturnType<typeof findOverlap>>): void {
  if (!other) return;
  const endsAt = new Date(other.startsAt.getTime() + other.lengthSeconds * 1000);
  throw AppError.conflict(
    `"${presentText(other.title).fi}" is on this stage from ${other.startsAt.toISOString()} to ${endsAt.toISOString()}.`,
  );
}
