import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "../../server/platform/migrate.ts";
import { readMigrations } from "../../server/platform/migration-files.ts";
import type { TestDatabase } from "../support/database.ts";
import { createTestDatabase } from "../support/database.ts";

const ONE = {
  name: "0001_one",
  sql: "CREATE TABLE one (id int); INSERT INTO one VALUES (1);",
  checksum: "a".repeat(64),
};
const TWO = { name: "0002_two", sql: "ALTER TABLE one ADD two int;", checksum: "b".repeat(64) };
const BAD = {
  name: "0002_bad",
  sql: "INSERT INTO one VALUES (2); SELECT nothing_there;",
  checksum: "c".repeat(64),
};

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase({ isEmpty: true });
});
afterEach(() => database.drop());

async function query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("migrate", () => {
  it("applies the project's own migrations, once", async () => {
    const names = readMigrations().map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(await migrate(database.url)).toEqual(names);
    expect(await migrate(database.url)).toEqual([]);
  });

  it("applies only what is missing, in order", async () => {
    const applied: string[] = [];
    await migrate(database.url, { migrations: [ONE] });
    await migrate(database.url, { migrations: [ONE, TWO], onApply: (name) => applied.push(name) });
    expect(applied).toEqual(["0002_two"]);
    expect(await query("SELECT id, two FROM one")).toEqual([{ id: 1, two: null }]);
  });

  it("lets one of several processes do the work", async () => {
    const all = await Promise.all([1, 2, 3].map(() => migrate(database.url, { migrations: [ONE, TWO] })));
    expect(all.flat()).toEqual(["0001_one", "0002_two"]);
    expect(await query("SELECT id FROM one")).toEqual([{ id: 1 }]);
  });

  it("leaves nothing of a migration that fails, and may be tried again", async () => {
    await expect(migrate(database.url, { migrations: [ONE, BAD] })).rejects.toThrow(
      /0002_bad failed.*nothing_there/,
    );
    expect(await query("SELECT id FROM one")).toEqual([{ id: 1 }]);
    expect(await migrate(database.url, { migrations: [ONE, TWO] })).toEqual(["0002_two"]);
  });

  it("refuses a migration that was edited after it was applied", async () => {
    await migrate(database.url, { migrations: [ONE] });
    const edited = { ...ONE, checksum: "e".repeat(64) };
    await expect(migrate(database.url, { migrations: [edited, TWO] })).rejects.toThrow(/0001_one was edited/);
    expect(await query("SELECT migration_name FROM _prisma_migrations")).toHaveLength(1);
  });

  it("refuses a database of a newer version", async () => {
    await migrate(database.url, { migrations: [ONE, TWO] });
    await expect(migrate(database.url, { migrations: [ONE] })).rejects.toThrow(/newer version/);
  });

  it("refuses to go on after a migration that was cut off", async () => {
    await migrate(database.url, { migrations: [ONE] });
    await query("UPDATE _prisma_migrations SET finished_at = NULL");
    await expect(migrate(database.url, { migrations: [ONE] })).rejects.toThrow(/failed earlier/);
  });
});

it("prisma/schema.prisma and prisma/migrations agree", async () => {
  const script = fileURLToPath(new URL("../../scripts/migrate-check.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  expect(stdout).toContain("agree");
}, 90_000);
