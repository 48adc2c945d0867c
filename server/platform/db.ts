import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../../gen/prisma/client.ts";

/** A connection that cannot be had in this time is `database_unavailable`. */
const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 8_000;

/** Without `TimeZone=UTC` the adapter stores instants hours off. Connects at the first statement. */
export function createDatabase(url: string, options: { maxConnections?: number } = {}): PrismaClient {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      max: options.maxConnections ?? 10,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      options: "-c TimeZone=UTC",
    },
    // An idle connection that PostgreSQL ends (restart) must not end the process; the pool makes another.
    { onPoolError: () => {}, onConnectionError: () => {} },
  );
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 3_000, timeout: 8_000 } });
}
