import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import { createFair, createLink, type Fair, text } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let fair: Fair;

beforeAll(async () => {
  server = await startTestServer({ media: new FakeMediaPlane() });
  const folder = join(server.config.dataDir, "materials");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "esite.pdf"), "%PDF-1.7 esite");
  writeFileSync(join(folder, "sivu.html"), "<script>alert(1)</script>");
  writeFileSync(join(server.config.dataDir, "salaisuus.txt"), "salaisuus");
});
afterAll(() => server.close());
beforeEach(async () => {
  fair = await createFair(server.db);
});

const params = () => ({ event: fair.event.slug, booth: fair.booth.slug });
const addFile = (url: string) =>
  server.db.material.create({
    data: { boothId: fair.booth.id, kind: "file", title: text("Esite"), url },
  });

test("shows a booth's texts and materials to anybody, and its table to its staff", async () => {
  await server.db.material.createMany({
    data: [
      {
        boothId: fair.booth.id,
        kind: "text",
        position: 0,
        title: text("Ryhmät"),
        body: text("Maanantaisin"),
      },
      {
        boothId: fair.booth.id,
        kind: "link",
        position: 1,
        title: text("Sivut"),
        url: "https://muisti.example.org/",
      },
    ],
  });
  const file = await server.db.material.create({
    data: { boothId: fair.booth.id, kind: "file", position: 2, title: text("Esite"), url: "esite.pdf" },
  });
  const booth = await server.browser().call("readBooth", { params: params() });
  expect(booth).toMatchObject({ kind: "memory", isStaffed: false, can: { staff: false } });
  expect(booth.materials.map(({ kind, url }) => [kind, url])).toEqual([
    ["text", null],
    ["link", "https://muisti.example.org/"],
    ["file", `/materials/${file.id}/esite.pdf`],
  ]);
  const link = await createLink(server.db, {
    role: "staff",
    eventId: fair.event.id,
    boothId: fair.booth.id,
  });
  const staff = await server.browser().open(link);
  expect((await staff.call("readBooth", { params: params() })).can).toEqual({ staff: true });
  expect(await staff.codeOf("readBooth", { params: { event: fair.event.slug, booth: "ei-ole" } })).toBe(
    "not_found",
  );
});

test("tells those who watch when the table is staffed", async () => {
  const visitor = await server.browser().socket();
  const booth = { boothId: fair.booth.id };
  expect(await visitor.request("booth:watch", booth)).toEqual({ isStaffed: false });
  server.ctx.domain.tell("boothStaffed", { eventId: fair.event.id, ...booth, isStaffed: true });
  await visitor.heardOf("booth:staffed", ({ isStaffed }) => isStaffed);
  expect((await server.browser().call("readBooth", { params: params() })).isStaffed).toBe(true);
  await visitor.request("booth:unwatch", booth);
  server.ctx.domain.tell("boothStaffed", { eventId: fair.event.id, ...booth, isStaffed: false });
  expect(await visitor.request("booth:watch", booth)).toEqual({ isStaffed: false });
  expect(visitor.all("booth:staffed")).toHaveLength(1);
  expect(await visitor.codeOf("booth:watch", { boothId: crypto.randomUUID() })).toBe("not_found");
});

test("hands out a material's file with its type and name", async () => {
  const file = await addFile("esite.pdf");
  const response = await server.browser().fetch(`/materials/${file.id}/esite.pdf`);
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("%PDF-1.7 esite");
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "application/pdf",
    "content-disposition": "inline; filename*=UTF-8''Esite.pdf",
    "x-content-type-options": "nosniff",
  });
  const page = await addFile("sivu.html");
  const saved = await server.browser().fetch(`/materials/${page.id}/sivu.html`);
  expect(saved.headers.get("content-disposition")).toMatch(/^attachment/);
  expect(saved.headers.get("content-type")).toBe("application/octet-stream");
});

test("hands out nothing whose name is not a material's", async () => {
  const file = await addFile("esite.pdf");
  const outside = await addFile("../salaisuus.txt");
  const browser = server.browser();
  const statusOf = async (path: string) => (await browser.fetch(path)).status;
  expect(await statusOf(`/materials/${file.id}/muu.pdf`)).toBe(404);
  expect(await statusOf(`/materials/${file.id}`)).toBe(404);
  expect(await statusOf(`/materials/${file.id}/esite.pdf/x`)).toBe(404);
  expect(await statusOf(`/materials/${outside.id}/..%2fsalaisuus.txt`)).toBe(404);
  expect(await statusOf(`/materials/${crypto.randomUUID()}/esite.pdf`)).toBe(404);
  expect(await statusOf("/materials/x/esite.pdf")).toBe(404);
  expect((await browser.fetch(`/materials/${file.id}/esite.pdf`, { method: "POST" })).status).toBe(405);
});
