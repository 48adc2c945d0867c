import type { ServerContext } from "../../platform/context.ts";

/** Takes a join link and all that it gave back; sockets that relied on it are dropped. False: no such link. */
export async function revokeLink(ctx: ServerContext, tokenHash: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const { count } = await ctx.db.accessToken.updateMany({
    where: { hash: tokenHash, revokedAt: null },
    data: { revokedAt: ctx.now() },
  });
  if (count > 0) ctx.domain.tell("linkRevoked", { tokenHash });
  return count > 0;
}
