import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestDatabase } from "../support/database.ts";
import { createTestDatabase } from "../support/database.ts";

let one: TestDatabase;
let two: TestDatabase;
beforeAll(async () => {
  [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(() => Promise.all([one.drop(), two.drop()]));

it("gives each test file a migrated database of its own, in UTC", async () => {
  const clients = [one, two].map(({ url }) => new pg.Client({ connectionString: url }));
  for (const client of clients) await client.connect();
  await clients[0]?.query("CREATE TABLE only_here (id int)");
  const tables = await Promise.all(
    clients.map(async (client) => (await client.query("SELECT to_regclass('only_here') AS t")).rows[0].t),
  );
  expect(tables).toEqual(["only_here", null]);
  const { rows } = await (clients[0] as pg.Client).query(
    "SELECT current_setting('TimeZone') AS zone, (SELECT count(*)::int FROM _prisma_migrations) AS migrations",
  );
  expect(rows[0].zone).toBe("UTC");
  expect(rows[0].migrations).toBeGreaterThan(0);
  for (const client of clients) await client.end();
});
