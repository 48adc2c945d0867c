import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { databaseUrl, TEMPLATE_DATABASE } from "./database-url.ts";
import { runStatement } from "./run-statement.ts";

export interface TestDatabase {
  /** For `createDatabase` of server/platform/db.ts, or a server's DATABASE_URL. */
  url: string;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

/**
 * A new database with all migrations (about 30 ms); call it once per test file, in `beforeAll`. `isEmpty` leaves
 * the migrations out. Needs the project's globalSetup `tests/support/global-database.ts`.
 */
export async function createTestDatabase({ isEmpty = false } = {}): Promise<TestDatabase> {
  const postgresUrl = inject("postgresUrl");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const template = isEmpty ? "template0" : TEMPLATE_DATABASE;
  await runStatement(postgresUrl, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY wal_log`);
  return {
    url: databaseUrl(postgresUrl, name),
    drop: () => runStatement(postgresUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}
