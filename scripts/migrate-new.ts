/* node scripts/migrate-new.ts NAME: writes the migration that brings the database to prisma/schema.prisma. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { MIGRATIONS_DIR, readMigrations } from "../server/platform/migration-files.ts";
import { diffSchema } from "./schema-diff.ts";

const name = process.argv[2] ?? "";
if (!/^[a-z0-9]+(?:_[a-z0-9]+)*$/.test(name)) {
  console.error(
    "Give the migration a name in lower case, such as: node scripts/migrate-new.ts add_questions",
  );
  process.exit(2);
}
const sql = await diffSchema();
if (sql === null) {
  console.log("The migrations already make what the schema says; nothing to write.");
  process.exit(0);
}
const number = String(readMigrations().length + 1).padStart(4, "0");
const folder = join(MIGRATIONS_DIR, `${number}_${name}`);
mkdirSync(folder);
writeFileSync(join(folder, "migration.sql"), `${sql.trim()}\n`);
writeFileSync(join(MIGRATIONS_DIR, "migration_lock.toml"), 'provider = "postgresql"\n');
console.log(`Wrote ${relative(process.cwd(), folder)}/migration.sql: read it before you commit it.`);
process.exit(0);
