import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FolderLock, FolderLockedError } from "../../server/platform/folder-lock.ts";

const WAIT_MS = 1_500_000;
/** Set for the processes of a run of tests that has the machine. */
const HAS_TURN = "TORILLA_TEST_RUN_HAS_TURN";
let turn: Promise<FolderLock | null> | null = null;

/**
 * The whole product with browsers fills a small machine, and stories measure times: whoever runs it on one machine
 * takes turns. A process keeps its turn to its end; those of one test run have the run's.
 */
export async function takeMachineTurn(): Promise<void> {
  turn ??= process.env[HAS_TURN] ? Promise.resolve(null) : waitForTurn();
  await turn;
}

/** Vitest's global set-up of the projects that run the product: one turn for the run, whose files go side by side. */
export default async function setUp(): Promise<() => void> {
  // Several projects ask, perhaps at the same time; the first one waits for all.
  const isFirst = !process.env[HAS_TURN];
  process.env[HAS_TURN] = "1";
  const lock = isFirst ? await waitForTurn() : null;
  return () => lock?.release();
}

async function waitForTurn(): Promise<FolderLock> {
  const until = Date.now() + WAIT_MS;
  for (;;) {
    try {
      return FolderLock.take(join(tmpdir(), "torilla-tests", "product.lock"), "end-to-end tests");
    } catch (error) {
      if (!(error instanceof FolderLockedError) || Date.now() > until) throw error;
      await sleep(500 + Math.random() * 500);
    }
  }
}
