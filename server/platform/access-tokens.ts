import type { Prisma, PrismaClient } from "../../gen/prisma/client.ts";
import { JOIN_PATH } from "../contract/http.ts";
import { hashToken, makeToken } from "./cookies.ts";
import type { GrantRole } from "./rights.ts";

export interface AccessTokenDraft {
  role: GrantRole;
  eventId: string;
  stageId?: string;
  boothId?: string;
  /** For people: "Juontajan linkki"; for a screen its name. */
  label?: string;
  language?: "fi" | "sv" | "en";
  expiresAt: Date;
}

/** Makes a join link; the token (256 bit) is only known here, the database keeps its SHA-256. */
export async function createAccessToken(
  db: PrismaClient | Prisma.TransactionClient,
  draft: AccessTokenDraft,
): Promise<{ token: string; hash: Uint8Array<ArrayBuffer>; path: string }> {
  const token = makeToken(256);
  const hash = hashToken(token);
  await db.accessToken.create({ data: { hash, ...draft } });
  return { token, hash, path: `${JOIN_PATH}#${token}` };
}
