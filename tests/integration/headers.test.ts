/*
 * Headers and cookies as a scanner looks at them: every kind of address, over http and as behind https, and who may
 * ask from where.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFair, createLink, type Fair, text } from "../support/factories.ts";
import { askRaw, type RawAnswer } from "../support/raw-http.ts";
import { connectSocket } from "../support/socket-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const EVIL = "https://evil.example";
let plain: TestServer;
let secure: TestServer;
let clientDir: string;
let fair: Fair;
/** What answers, by its kind. */
let addresses: Record<string, string>;

beforeAll(async () => {
  clientDir = mkdtempSync(join(tmpdir(), "torilla-client-"));
  mkdirSync(join(clientDir, "assets"));
  writeFileSync(join(clientDir, "index.html"), "<!doctype html><title>the client</title>");
  writeFileSync(join(clientDir, "assets", "app-1234.js"), "export {}");
  plain = await startTestServer({ clientDir });
  secure = await startTestServer({
    clientDir,
    databaseUrl: plain.config.databaseUrl ?? "",
    environment: {
      TORILLA_PUBLIC_URL: "https://messut.example.org",
      TORILLA_DATA_DIR: plain.config.dataDir,
    },
  });
  fair = await createFair(plain.db);
  mkdirSync(join(plain.config.dataDir, "materials"), { recursive: true });
  for (const name of ["esite.pdf", "esite.txt"])
    writeFileSync(join(plain.config.dataDir, "materials", name), "sisältö");
  const material = (url: string) =>
    plain.db.material.create({ data: { boothId: fair.booth.id, kind: "file", title: text("Esite"), url } });
  const [pdf, note] = [await material("esite.pdf"), await material("esite.txt")];
  addresses = {
    page: "/",
    deepPage: "/e/messut/stage/paalava",
    asset: "/assets/app-1234.js",
    noAsset: "/assets/none.js",
    api: "/api/events",
    apiRefusal: "/api/session",
    noApi: "/api/none",
    openApi: "/api/openapi.json",
    health: "/healthz",
    noMedia: "/media/live/none",
    noReplay: "/media/replay/none",
    material: `/materials/${pdf.id}/esite.pdf`,
    note: `/materials/${note.id}/esite.txt`,
    noMaterial: "/materials/none",
    polling: "/socket.io/?EIO=4&transport=polling",
    noSocket: "/socket.io/?EIO=1",
    badEscape: "/%zz",
  };
});
afterAll(async () => {
  await secure.close();
  await plain.close();
  rmSync(clientDir, { recursive: true });
});

/** A policy's directives by name. */
function policyOf(answer: RawAnswer): Map<string, string[]> {
  return new Map(
    (answer.headers["content-security-policy"] ?? "")
      .split(";")
      .filter((part) => part !== "")
      .map((part) => {
        const [name = "", ...sources] = part.trim().split(" ");
        return [name, sources] as const;
      }),
  );
}

describe("every answer", () => {
  const kinds = [
    "page deepPage asset noAsset api apiRefusal noApi openApi health noMedia noReplay",
    "material note noMaterial polling noSocket badEscape",
  ].flatMap((line) => line.split(" "));

  test.each(kinds)("%s: is taken for what it says, and names no maker", async (kind) => {
    for (const server of [plain, secure])
      for (const method of ["GET", "HEAD", "POST", "TRACE", "OPTIONS"]) {
        const answer = await askRaw(server.url, addresses[kind] ?? "", { method, headers: { origin: EVIL } });
        const what = `${method} ${kind} ${answer.status}`;
        expect(answer.status, what).not.toBe(500);
        expect(answer.headers["x-powered-by"], what).toBeUndefined();
        expect(answer.headers.server, what).toBeUndefined();
        expect(answer.headers["access-control-allow-origin"], what).toBeUndefined();
        expect(answer.headers["access-control-allow-credentials"], what).toBeUndefined();
        if (kind === "noSocket" || (kind === "polling" && answer.status !== 200)) continue;
        expect(answer.headers["x-content-type-options"], what).toBe("nosniff");
        expect(answer.headers["cross-origin-resource-policy"], what).toBe("same-origin");
        const isPage = answer.headers["content-type"]?.startsWith("text/html");
        if (isPage) expect(answer.headers["content-security-policy"], what).toBeDefined();
        if (answer.body.length > 0) expect(answer.headers["content-type"], what).toBeDefined();
        // Nothing of a refused request is said again.
        expect(answer.body.toString(), what).not.toMatch(
          /evil\.example|Cannot (GET|POST|TRACE)|node_modules/,
        );
      }
  });

  test("answers of the API are kept by nobody, hashed files for ever", async () => {
    for (const kind of ["api", "noApi", "apiRefusal"])
      expect((await askRaw(plain.url, addresses[kind]!)).headers["cache-control"]).toBe("no-store");
    expect((await askRaw(plain.url, addresses.asset!)).headers["cache-control"]).toContain("immutable");
    expect((await askRaw(plain.url, addresses.page!)).headers["cache-control"]).toBe("no-cache");
  });
});

describe("the policy of pages", () => {
  test("runs and shows only what comes from here; nothing inline, nothing evaluated", async () => {
    const policy = policyOf(await askRaw(plain.url, "/"));
    const own = ["'self'"];
    expect(policy.get("default-src")).toEqual(own);
    expect(policy.get("script-src")).toEqual(own);
    expect(policy.get("script-src-attr")).toEqual(["'none'"]);
    expect(policy.get("style-src")).toEqual(own);
    expect(policy.get("object-src")).toEqual(["'none'"]);
    expect(policy.get("base-uri")).toEqual(["'none'"]);
    expect(policy.get("form-action")).toEqual(own);
    expect(policy.get("frame-ancestors")).toEqual(["'none'"]);
    expect([...policy.values()].flat().join(" ")).not.toMatch(/unsafe|\*|https?:(?!\/\/localhost)/);
    for (const [name, sources] of policy)
      for (const source of sources)
        if (source.startsWith("http") || source.startsWith("ws")) expect(name).toBe("connect-src");
  });

  test("gives camera and microphone to this origin only, and the page's address to nobody", async () => {
    const { headers } = await askRaw(plain.url, "/");
    expect(headers["permissions-policy"]).toContain("camera=(self)");
    expect(headers["permissions-policy"]).toContain("microphone=(self)");
    expect(headers["permissions-policy"]).toContain("geolocation=()");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["x-frame-options"]).toBe("DENY");
  });

  test("a text that a booth hands out is sandboxed", async () => {
    const policy = policyOf(await askRaw(plain.url, addresses.note!));
    expect(policy.get("default-src")).toEqual(["'none'"]);
    expect(policy.has("sandbox")).toBe(true);
  });

  test("behind https the browser stays there, in a world of its own", async () => {
    const [open, closed] = [await askRaw(plain.url, "/"), await askRaw(secure.url, "/")];
    expect(open.headers["strict-transport-security"]).toBeUndefined();
    expect(
      Number(/max-age=(\d+)/.exec(closed.headers["strict-transport-security"] ?? "")?.[1]),
    ).toBeGreaterThan(180 * 24 * 3600 - 1);
    expect(closed.headers["cross-origin-opener-policy"]).toBe("same-origin");
    expect(policyOf(closed).get("connect-src")).toContain("wss://messut.example.org");
  });
});

test("cookies are out of scripts' reach, and behind https bound to the host", async () => {
  const link = await createLink(plain.db, { role: "organiser", eventId: fair.event.id });
  for (const server of [plain, secure]) {
    const answer = await server.browser().send("openLink", { body: { token: link.token } });
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; HttpOnly(;|$)/);
      expect(cookie).toMatch(/; SameSite=Lax(;|$)/);
      expect(cookie).toMatch(/; Path=\/(;|$)/);
      expect(cookie).not.toMatch(/domain=/i);
      if (server === secure) expect(cookie).toMatch(/^__Host-.*; Secure$/);
    }
  }
});

describe("requests of other origins' pages", () => {
  const foreign = [EVIL, "null", "http://127.0.0.1:1", "nonsense", "https://messut.example.org.evil.example"];

  test("change nothing, whatever the method and the door", async () => {
    const link = await createLink(plain.db, { role: "organiser", eventId: fair.event.id });
    const browser = await plain.browser().open(link);
    const tries = [
      ["DELETE", "/api/session"],
      ["POST", "/api/session"],
      ["POST", `/api/events/${fair.event.slug}/presentations`],
      ["PATCH", `/api/events/${fair.event.slug}/presentations/${fair.stage.id}`],
      ["POST", "/api/uploads"],
      ["PATCH", `/api/uploads/${"0".repeat(32)}`],
      ["DELETE", `/api/uploads/${"0".repeat(32)}`],
    ] as const;
    for (const [method, path] of tries) {
      const ask = (headers: Record<string, string>) =>
        browser.fetch(path, { method, headers: { "tus-resumable": "1.0.0", ...headers } });
      for (const origin of foreign)
        expect((await ask({ origin })).status, `${method} ${path} ${origin}`).toBe(403);
      for (const site of ["cross-site", "same-site"])
        expect((await ask({ "sec-fetch-site": site })).status, `${method} ${path} ${site}`).toBe(403);
    }
    const own = { origin: plain.url, "sec-fetch-site": "same-origin" };
    expect((await browser.call("readSession")).grants).toHaveLength(1);
    expect((await browser.fetch("/api/session", { method: "DELETE", headers: own })).status).toBe(200);
  });

  test("get no socket over either transport, and no cookie makes a difference", async () => {
    const link = await createLink(plain.db, { role: "organiser", eventId: fair.event.id });
    const { cookieHeader: cookie } = await plain.browser().open(link);
    for (const origin of foreign)
      for (const transport of ["websocket", "polling"] as const)
        await expect(connectSocket(plain.url, { origin, cookie, transports: [transport] })).rejects.toThrow();
    (await connectSocket(plain.url, { origin: plain.url, cookie })).close();
  });

  test("are not let in by a method that is spelt in a header, or by a body that is not JSON", async () => {
    const link = await createLink(plain.db, { role: "organiser", eventId: fair.event.id });
    const browser = await plain.browser().open(link);
    for (const name of ["x-http-method-override", "x-http-method", "x-method-override"])
      expect((await browser.fetch("/api/session", { headers: { [name]: "DELETE" } })).status).toBe(200);
    expect((await browser.call("readSession")).grants).toHaveLength(1);
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
    ]) {
      const headers = { "content-type": type };
      const body = JSON.stringify({ token: link.token });
      const sent = await plain.browser().fetch("/api/session", { method: "POST", headers, body });
      expect(sent.status, type).toBe(400);
    }
  });
});
