import pino from "pino";
import { expect, test } from "vitest";
import type { PrismaClient } from "../../../../gen/prisma/client.ts";
import { createDirectory } from "../../../../server/platform/directory.ts";
import { createDomainNotices } from "../../../../server/platform/domain-notices.ts";

const [eventId, stageId] = ["event", "stage"];

/** A stage's row that comes when the test lets it. */
function slowStage() {
  const reads: PromiseWithResolvers<unknown>[] = [];
  const findUnique = () => {
    const read = Promise.withResolvers<unknown>();
    reads.push(read);
    return read.promise;
  };
  const domain = createDomainNotices(pino({ enabled: false }));
  const db = { stage: { findUnique }, booth: { findUnique } } as unknown as PrismaClient;
  return { domain, reads, directory: createDirectory({ db, domain, keptMs: 30_000 }) };
}

test("a phase that was being read when the stage went live does not hide that it is live", async () => {
  const { domain, reads, directory } = slowStage();
  const reading = directory.requireStage(stageId);
  domain.tell("stageChanged", { eventId, stageId, phase: "live" });
  reads[0]!.resolve({ eventId, phase: "rehearsal" });
  await reading;
  expect((await directory.requireStage(stageId)).phase).toBe("live");
  expect(reads).toHaveLength(1);
});

test("a stage that was being read when its event changed is read again", async () => {
  const { domain, reads, directory } = slowStage();
  const reading = directory.requireStage(stageId);
  domain.tell("eventChanged", { eventId });
  reads[0]!.resolve({ eventId, phase: "closed" });
  await reading;
  const again = directory.requireStage(stageId);
  reads[1]!.resolve({ eventId, phase: "ended" });
  expect((await again).phase).toBe("ended");
  expect((await directory.requireStage(stageId)).phase).toBe("ended");
  expect(reads).toHaveLength(2);
});
