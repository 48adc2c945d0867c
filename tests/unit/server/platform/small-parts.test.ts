import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { expect, test, vi } from "vitest";
import {
  cookieNamesFor,
  findCookie,
  hashToken,
  makeCookie,
  makeToken,
} from "../../../../server/platform/cookies.ts";
import { withDeadline } from "../../../../server/platform/deadline.ts";
import { createDomainNotices } from "../../../../server/platform/domain-notices.ts";
import { addressOf, isForeignOrigin } from "../../../../server/platform/request-origin.ts";
import { Snapshots } from "../../../../server/platform/snapshots.ts";
import { TokenBucket, TokenBuckets } from "../../../../server/platform/token-bucket.ts";

const requestWith = (headers: Record<string, string>) =>
  ({ headers, socket: { remoteAddress: "10.0.0.9" } }) as unknown as IncomingMessage;

test("cookies are found by whole names and only in the form that we make", () => {
  const value = makeToken(256);
  expect(findCookie(`a=1; torilla_session=${value}; b=2`, "torilla_session")).toBe(value);
  expect(findCookie(`xtorilla_session=${value}`, "torilla_session")).toBeNull();
  for (const bad of ["", "short", "x".repeat(65), `${value};`, "<script>aaaaaaaaaaa"])
    expect(
      findCookie(`torilla_session=${bad === "" ? "" : bad.replace(";", "%3b")}`, "torilla_session"),
    ).toBeNull();
  expect(findCookie(undefined, "a")).toBeNull();
});

test("tokens are long, url-safe and never the same", () => {
  const tokens = new Set(Array.from({ length: 1000 }, () => makeToken(256)));
  expect(tokens.size).toBe(1000);
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(hashToken("a")).toHaveLength(32);
});

test("a cookie is Secure and of this host when the address is https", () => {
  const names = cookieNamesFor("https://messut.example.org");
  expect(makeCookie(names, names.guest, { value: "v", maxAgeSeconds: 5 })).toBe(
    "__Host-torilla_guest=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=5; Secure",
  );
});

test("an origin is ours when it is the public address or the one that was asked", () => {
  const isForeign = (headers: Record<string, string>) =>
    isForeignOrigin(requestWith(headers), "https://messut.example.org");
  expect(isForeign({})).toBe(false);
  expect(isForeign({ origin: "https://messut.example.org", host: "internal:3000" })).toBe(false);
  expect(isForeign({ origin: "http://192.168.1.5:3000", host: "192.168.1.5:3000" })).toBe(false);
  for (const origin of [
    "https://messut.example.org.evil.example",
    "http://messut.example.org",
    "https://evil.example",
    "null",
    "",
  ])
    expect(isForeign({ origin, host: "192.168.1.5:3000" }), origin).toBe(true);
});

test("the address is the socket's, or the one that the trusted proxies name", () => {
  const request = requestWith({ "x-forwarded-for": "1.1.1.1, 2.2.2.2, 3.3.3.3" });
  expect([0, 1, 2].map((hops) => addressOf(request, hops))).toEqual(["10.0.0.9", "3.3.3.3", "2.2.2.2"]);
});

test("a bucket lets its burst through, then says how long to wait", async () => {
  const bucket = new TokenBucket({ burst: 2, perSecond: 20 });
  expect([bucket.take(), bucket.take()]).toEqual([0, 0]);
  const waitMs = bucket.take();
  expect(waitMs).toBeGreaterThan(0);
  expect(waitMs).toBeLessThanOrEqual(50);
  await sleep(waitMs + 5);
  expect(bucket.take()).toBe(0);
  bucket.giveBack();
  expect(bucket.take()).toBe(0);
});

test("buckets forget the longest unused key, not the one in use", () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 0.001, maxKeys: 2 });
  buckets.of("a").take();
  buckets.of("b").take();
  buckets.of("a");
  buckets.of("c");
  expect(buckets.of("a").take()).toBeGreaterThan(0);
  expect(buckets.of("b").take()).toBe(0);
});

test("a deadline answers timeout and drops what comes later", async () => {
  const late = sleep(50).then(() => Promise.reject(new Error("late")));
  await expect(withDeadline(late, { ms: 5, what: "x" })).rejects.toMatchObject({ code: "timeout" });
  await expect(withDeadline(Promise.resolve(1), { ms: 5, what: "x" })).resolves.toBe(1);
  await sleep(60);
});

test("a domain notice reaches the other listeners when one fails", async () => {
  const domain = createDomainNotices(pino({ level: "silent" }));
  const heard: string[] = [];
  domain.on("eventChanged", () => {
    throw new Error("bug");
  });
  domain.on("eventChanged", async () => Promise.reject(new Error("bug")));
  const stop = domain.on("eventChanged", ({ eventId }) => void heard.push(eventId));
  domain.tell("eventChanged", { eventId: "1" });
  stop();
  domain.tell("eventChanged", { eventId: "2" });
  expect(heard).toEqual(["1"]);
});

test("a snapshot is read once for many, and again when told", async () => {
  const read = vi.fn(async (key: string) => `${key}${read.mock.calls.length}`);
  const snapshots = new Snapshots(read, { keptMs: 60_000, maxKeys: 10 });
  expect(await Promise.all([snapshots.get("a"), snapshots.get("a"), snapshots.get("a")])).toEqual([
    "a1",
    "a1",
    "a1",
  ]);
  snapshots.expire(() => false);
  expect(await snapshots.get("a")).toBe("a1");
  snapshots.expire((value) => value.startsWith("a"));
  expect(await snapshots.get("a")).toBe("a2");
});

test("a snapshot that was being read when it changed is not kept", async () => {
  const gates = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  let turn = 0;
  const snapshots = new Snapshots(() => gates[turn++]?.promise ?? Promise.resolve("third"), {
    keptMs: 60_000,
    maxKeys: 10,
  });
  const stale = snapshots.get("a");
  snapshots.expire(() => true);
  const fresh = snapshots.get("a");
  gates[1]?.resolve("new");
  gates[0]?.resolve("old");
  expect([await stale, await fresh, await snapshots.get("a")]).toEqual(["old", "new", "new"]);
});

test("without the database the last snapshot is given again, with other failures it is not", async () => {
  const failures = [
    null,
    Object.assign(new Error("away"), { code: "database_unavailable" }),
    new Error("bug"),
  ];
  let turn = 0;
  const snapshots = new Snapshots(
    async () => {
      const failure = failures[turn++];
      if (failure) throw failure;
      return "known";
    },
    { keptMs: 0, maxKeys: 10 },
  );
  expect([await snapshots.get("a"), await snapshots.get("a")]).toEqual(["known", "known"]);
  await expect(snapshots.get("a")).rejects.toThrow("bug");
});
