import { AppError, toAppError } from "../../platform/errors.ts";
import type { StageDesk } from "./stage-desk.ts";
import { commitPhase, findPhase, type PhaseChange, type Tx } from "./stages.store.ts";

/** Nobody knows whether the phase was changed; the desk reads its rows again, and they say. */
export class UnknownPhaseError extends AppError {
  constructor(cause: unknown) {
    super("database_unavailable", "Whether it was done cannot be read now.", { cause });
  }
}

/**
 * Commits a change of the desk's phase with what belongs to it (`also`); returns its `seq`. When the connection breaks
 * the commit may have been done all the same: the row is asked. @throws wrong_phase, database_unavailable (as an
 * UnknownPhaseError when the row cannot be asked either)
 */
export async function changePhase(
  desk: StageDesk,
  change: Omit<PhaseChange, "stageId" | "announcedSeq">,
  also?: (tx: Tx) => Promise<void>,
): Promise<number> {
  const { ctx, stageId, announced } = desk;
  try {
    return await commitPhase(ctx.db, { ...change, stageId, announcedSeq: announced.seq }, also);
  } catch (thrown) {
    if (toAppError(thrown).code === "wrong_phase") throw thrown;
    const row = await findPhase(ctx.db, stageId).catch(() => {
      desk.isStale = true;
      desk.isInStep = false;
      throw new UnknownPhaseError(thrown);
    });
    if (row?.phase !== change.to) throw thrown;
    return row.seq;
  }
}
