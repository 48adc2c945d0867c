/*
 * A database that does not answer at all: stopped, or behind a dead network. What was asked fails within a bound, and
 * the connections that it was asked on are not kept.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PrismaClient } from "../../gen/prisma/client.ts";
import { createDatabase } from "../../server/platform/db.ts";
import { toAppError } from "../../server/platform/errors.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createDatabaseGate, type DatabaseGate } from "../support/database-gate.ts";

const SILENCE_MS = 500;
const CONNECTIONS = 2;
/** With the 3 s that a connection may be waited for, and a busy machine. */
const FAILED_MS = 8_000;

let database: TestDatabase;
let gate: DatabaseGate;
let db: PrismaClient;
beforeAll(async () => {
  database = await createTestDatabase();
  gate = await createDatabaseGate(database.url);
  db = createDatabase(gate.url, { maxConnections: CONNECTIONS, silenceMs: SILENCE_MS });
});
afterAll(async () => {
  await db?.$disconnect();
  await gate?.close();
  await database?.drop();
});

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (thrown: unknown) => toAppError(thrown).code,
  );
const count = () => db.event.count();

test("each statement fails with its code, in transactions too, and the pool is whole when it is back", async () => {
  expect(await Promise.all([count(), count()])).toEqual([0, 0]);
  const entered = Promise.withResolvers<void>();
  const hung = Promise.withResolvers<void>();
  const transaction = db.$transaction(async (tx) => {
    await tx.event.count();
    entered.resolve();
    await hung.promise;
    await tx.event.count();
  });
  await entered.promise;
  gate.hang();
  const begunMs = performance.now();
  hung.resolve();
  // More than there are connections: the others wait for one.
  const all = [transaction, count(), count(), db.$transaction([db.event.count()])];
  expect(await Promise.all(all.map(codeOf))).toEqual(all.map(() => "database_unavailable"));
  expect(await codeOf(count())).toBe("database_unavailable");
  expect(performance.now() - begunMs).toBeLessThan(FAILED_MS);

  gate.wake();
  const others = Promise.withResolvers<void>();
  const inTurn = db.$transaction(async (tx) => {
    const before = await tx.event.count();
    await others.promise;
    return before;
  });
  // It holds one connection while the others use what is left.
  expect(await Promise.all([count(), count()])).toEqual([0, 0]);
  others.resolve();
  expect(await inTurn).toBe(0);
});

test("what takes longer than a connection may be silent is ended, what says something in time is not", async () => {
  expect(await codeOf(db.$executeRaw`SELECT pg_sleep(${(2 * SILENCE_MS) / 1000})`)).toBe(
    "database_unavailable",
  );
  const steps = db.$transaction(async (tx) => {
    for (let step = 0; step < 4; step++) await tx.$executeRaw`SELECT pg_sleep(${SILENCE_MS / 2500})`;
    return "done";
  });
  expect(await steps).toBe("done");
});
