/* Fails when prisma/migrations do not make what prisma/schema.prisma says. */
import { diffSchema } from "./schema-diff.ts";

const sql = await diffSchema();
if (sql !== null) {
  console.error(
    `prisma/schema.prisma and prisma/migrations differ. Missing:\n\n${sql}\nWrite it with: node scripts/migrate-new.ts NAME`,
  );
  process.exit(1);
}
console.log("prisma/schema.prisma and prisma/migrations agree.");
process.exit(0);
