import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FolderLock, FolderLockedError } from "../../server/platform/folder-lock.ts";

const WAIT_MS = 1_500_000;
let turn: Promise<FolderLock> | null = null;

/**
 * The whole product with browsers fills a small machine, and stories measure times: test processes of one machine
 * take turns. A process keeps its turn to its end.
 */
export function takeMachineTurn(): Promise<FolderLock> {
  turn ??= waitForTurn();
  return turn;
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
