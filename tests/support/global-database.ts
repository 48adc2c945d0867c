/*
 * Vitest's global set-up of the integration and e2e projects: one PostgreSQL for the run, without fsync, in a temp
 * folder, with a template database that has all migrations. Ended and removed after the run.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { migrate } from "../../server/platform/migrate.ts";
import { EmbeddedPostgres } from "../../server/platform/postgres/embedded-postgres.ts";
import { databaseUrl, TEMPLATE_DATABASE } from "./database-url.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The run's PostgreSQL, its maintenance database. */
    postgresUrl: string;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), "torilla-test-"));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o711);
  const postgres = await EmbeddedPostgres.start({ dataDir, log: () => {}, isDurable: false });
  const tearDown = async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const maintenanceUrl = databaseUrl(postgres.url, "postgres");
    const client = new pg.Client({ connectionString: maintenanceUrl });
    await client.connect();
    await client.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
    await migrate(databaseUrl(postgres.url, TEMPLATE_DATABASE));
    await client.query(`ALTER DATABASE ${TEMPLATE_DATABASE} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
    await client.end();
    project.provide("postgresUrl", maintenanceUrl);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}
