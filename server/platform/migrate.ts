/*
 * Brings a database to the newest schema: applies prisma/migrations in order and keeps Prisma's own table of what
 * was applied, so `prisma migrate deploy` agrees. Several processes may do it at once; an advisory lock lets one
 * at a time.
 */
import { randomUUID } from "node:crypto";
import pg from "pg";
import type { MigrationFile } from "./migration-files.ts";
import { readMigrations } from "./migration-files.ts";

/** Prisma's number for the same purpose (schema-engine, `MIGRATION_LOCK`). */
const ADVISORY_LOCK = 72707369;
const LOCK_TIMEOUT = "60s";

/** As Prisma's schema engine makes it. */
const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

export interface MigrateOptions {
  migrations?: MigrationFile[];
  onApply?: (name: string) => void;
}

/** The names that were applied now. @throws Error with a sentence: edited, missing, failed or newer migrations */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, options: "-c TimeZone=UTC" });
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query("SELECT pg_advisory_lock($1)", [ADVISORY_LOCK]);
    await client.query("SET client_min_messages = warning");
    await client.query(MIGRATIONS_TABLE);
    return await applyMissing(client, options.migrations ?? readMigrations(), options.onApply);
  } finally {
    await client.end().catch(() => {});
  }
}

interface AppliedRow {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

async function applyMissing(
  client: pg.Client,
  migrations: MigrationFile[],
  onApply: MigrateOptions["onApply"],
): Promise<string[]> {
  const { rows } = await client.query<AppliedRow>(
    `SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
  );
  const applied = new Map(rows.map((row) => [row.migration_name, row]));
  refuseBroken(migrations, applied);
  const missing = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of missing) {
    onApply?.(migration.name);
    await apply(client, migration);
  }
  return missing.map(({ name }) => name);
}

function refuseBroken(migrations: MigrationFile[], applied: Map<string, AppliedRow>): void {
  const known = new Set(migrations.map(({ name }) => name));
  for (const row of applied.values()) {
    if (row.finished_at === null)
      throw new Error(
        `The migration ${row.migration_name} failed earlier. Put the database right, then mark it with prisma migrate resolve.`,
      );
    if (!known.has(row.migration_name))
      throw new Error(
        `The database has the migration ${row.migration_name}, which this version of Torilla does not know: it was used by a newer version. Start that one, or restore a backup.`,
      );
  }
  for (const { name, checksum } of migrations) {
    const row = applied.get(name);
    if (row && row.checksum !== checksum)
      throw new Error(
        `The migration ${name} was edited after it was applied. Restore the file prisma/migrations/${name}.`,
      );
  }
}

/** The row first, so that a migration that fails half-way (it cannot: one implicit transaction) would be seen. */
async function apply(client: pg.Client, { name, sql, checksum }: MigrationFile): Promise<void> {
  const id = randomUUID();
  await client.query(`INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES ($1, $2, $3)`, [
    id,
    checksum,
    name,
  ]);
  try {
    await client.query(sql);
  } catch (error) {
    // Nothing of it stayed: the whole file is one implicit transaction, so it may be tried again.
    await client.query(`UPDATE "_prisma_migrations" SET logs = $2, rolled_back_at = now() WHERE id = $1`, [
      id,
      String(error),
    ]);
    throw new Error(`The migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
  await client.query(
    `UPDATE "_prisma_migrations" SET finished_at = now(), applied_steps_count = 1 WHERE id = $1`,
    [id],
  );
}
