import pino from "pino";
import { expect, test } from "vitest";
import type { PrismaClient } from "../../../../gen/prisma/client.ts";
import { cookieNamesFor, makeToken } from "../../../../server/platform/cookies.ts";
import { createDomainNotices } from "../../../../server/platform/domain-notices.ts";
import { createIdentities } from "../../../../server/platform/identities.ts";

const laterMs = Date.parse("2030-01-01");
const host = { role: "host", eventId: "e", stageId: "s", boothId: null };

/** Sessions whose rows come when the test lets them. */
function slowSessions() {
  const reads: PromiseWithResolvers<unknown>[] = [];
  const db = {
    session: {
      findUnique() {
        const read = Promise.withResolvers<unknown>();
        reads.push(read);
        return read.promise;
      },
    },
  } as unknown as PrismaClient;
  const row = (grants: readonly object[]) => ({
    expiresAt: new Date(laterMs),
    grants: grants.map((grant) => ({ ...grant, token: { expiresAt: new Date(laterMs) } })),
  });
  return { db, reads, row };
}

test.each(["linkRevoked", "sessionChanged"] as const)(
  "grants that were being read when a right was taken back (%s) are not kept",
  async (notice) => {
    const { db, reads, row } = slowSessions();
    const domain = createDomainNotices(pino({ enabled: false }));
    const cookies = cookieNamesFor("http://localhost");
    const identities = createIdentities({ db, domain, cookies, now: () => new Date(), keptMs: 30_000 });
    const header = `${cookies.session}=${makeToken(256)}`;

    const first = identities.readActor(header);
    if (notice === "linkRevoked") domain.tell(notice, { tokenHash: new Uint8Array(32) });
    else domain.tell(notice, { sessionId: "another" });
    reads[0]!.resolve(row([host]));
    expect((await first).grants).toHaveLength(1);

    const second = identities.readActor(header);
    expect(reads).toHaveLength(2);
    reads[1]!.resolve(row([]));
    expect((await second).grants).toEqual([]);
    // From here on nothing changes: no statement more.
    expect((await identities.readActor(header)).grants).toEqual([]);
    expect(reads).toHaveLength(2);
  },
);
