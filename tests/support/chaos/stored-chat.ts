/* The product's own database as a witness: asked directly, beside the server. */
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import pg from "pg";
import { DATABASE, readPassword, USER } from "../../../server/platform/postgres/cluster.ts";
import { socketPath } from "../../../server/platform/socket-path.ts";
import type { Product } from "../product.ts";
import type { StoredMessage } from "./truth-check.ts";

/** Rows of a chat's log after `afterSeq`, in order. One connection a question: it may have been killed since. */
export async function readStoredChat(
  product: Product,
  chat: string,
  afterSeq: number,
): Promise<StoredMessage[]> {
  const client = new pg.Client({ connectionString: databaseUrl(product), connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ seq: number; messageId: string }>(
      'SELECT seq, "messageId" FROM "ChatEntry" WHERE "chatId" = $1 AND seq > $2 ORDER BY seq',
      [chat, afterSeq],
    );
    return rows.map(({ seq, messageId }) => ({ chat, seq, messageId }));
  } finally {
    await client.end();
  }
}

/** The embedded PostgreSQL's, as server/platform/postgres makes it. */
export function databaseUrl({ place: { dataDir } }: Product): string {
  const password = encodeURIComponent(readPassword(join(dataDir, "run")));
  const socket = socketPath(join(realpathSync(join(dataDir, "pg")), "socket"), ".s.PGSQL.5432");
  return `postgresql://${USER}:${password}@localhost/${DATABASE}?host=${encodeURIComponent(dirname(socket))}`;
}
