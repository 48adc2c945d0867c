import { Socket } from "node:net";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../../gen/prisma/client.ts";

/** A connection that cannot be had in this time is `database_unavailable`. */
const CONNECT_TIMEOUT_MS = 3_000;
/** PostgreSQL itself ends what takes longer. */
const STATEMENT_TIMEOUT_MS = 8_000;
/** Before a door's handler is given up (10 s). */
const SILENCE_MS = 9_000;
/** Shorter than `SILENCE_MS`: who is not needed says goodbye. */
const IDLE_MS = 8_000;

interface DatabaseOptions {
  maxConnections?: number;
  /** On a connection that carries nothing for so long PostgreSQL hangs or the network is gone. @default 9 s */
  silenceMs?: number;
}

/** Without `TimeZone=UTC` the adapter stores instants hours off. Connects at the first statement. */
export function createDatabase(
  url: string,
  { maxConnections = 10, silenceMs = SILENCE_MS }: DatabaseOptions = {},
): PrismaClient {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      max: maxConnections,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      options: "-c TimeZone=UTC",
      stream: () => createBoundedSocket(silenceMs),
    },
    // An idle connection that PostgreSQL ends (restart) must not end the process; the pool makes another.
    { onPoolError: () => {}, onConnectionError: () => {} },
  );
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 3_000, timeout: 8_000 } });
}

/**
 * Breaks after so much silence, so that its statement fails (as `database_unavailable`) and the pool makes another.
 * pg's own `query_timeout` leaves the connection standing, and a transaction's would come back to the pool.
 */
function createBoundedSocket(silenceMs: number): Socket {
  const socket = new Socket();
  // As the system says it, which the adapter knows.
  const silent = { code: "ETIMEDOUT", syscall: "read", errno: -110 };
  return socket.setTimeout(silenceMs, () =>
    socket.destroy(Object.assign(new Error("The database does not answer."), silent)),
  );
}
