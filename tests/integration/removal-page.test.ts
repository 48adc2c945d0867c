/*
 * Removing a speaker from the backstage as people meet it: the host asked twice, the speaker told in plain words and
 * refused until the host lets them in.
 */
import type { Browser as Chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFair, createLink, type Fair } from "../support/factories.ts";
import { createCountingCamera, enterBackstage } from "../support/live-lecture.ts";
import { launchChromium } from "../support/media-peer.ts";
import { createRealPlane, type RealPlane } from "../support/media-planes.ts";
import { Visitor } from "../support/page-story.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let under: RealPlane;
let server: TestServer;
let chromium: Chromium;
let fair: Fair;

beforeAll(async () => {
  under = await createRealPlane();
  server = await startTestServer({ media: under.plane });
  chromium = await launchChromium(createCountingCamera());
  fair = await createFair(server.db);
}, 90_000);
afterAll(async () => {
  await chromium?.close();
  await server?.close();
  await under?.close();
});

/** Who has been let into a page's camera, microphone and screen so far, and what of it is still on. */
async function watchDevices({ page }: Visitor) {
  await page.addInitScript(() => {
    const tracks: MediaStreamTrack[] = [];
    Object.assign(globalThis, { tracks });
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted);
      tracks.push(...stream.getTracks());
      return stream;
    };
  });
}
const devicesOn = ({ page }: Visitor) =>
  page.evaluate(() =>
    (globalThis as unknown as { tracks: MediaStreamTrack[] }).tracks
      .filter((track) => track.readyState === "live")
      .map((track) => track.kind),
  );

async function enterAs(role: "host" | "speaker", options: { width?: number; height?: number } = {}) {
  const visitor = await Visitor.create(chromium, server.url, options);
  visitor.page.setDefaultTimeout(30_000);
  await watchDevices(visitor);
  const { path } = await createLink(server.db, { role, eventId: fair.event.id, stageId: fair.stage.id });
  await enterBackstage(visitor, server.url + path);
  return visitor;
}

test("a removed speaker reads why, cannot come back by trying, and can once the host lets them in", async () => {
  const host = await enterAs("host");
  await host.page.getByRole("button", { name: "Avaa harjoitus" }).click();
  const speaker = await enterAs("speaker", { width: 390, height: 844 });
  const remove = host.page.getByRole("button", { name: /^Poista .+ takahuoneesta$/ });
  await remove.click();
  await host.page
    .getByRole("alertdialog")
    .getByText("Takaisin hän pääsee vasta, kun päästät hänet")
    .waitFor();
  await host.shoot("backstage-remove");
  await host.page.getByRole("alertdialog").getByRole("button", { name: "Peruuta" }).click();
  expect(await speaker.page.getByText("Sinut poistettiin").count()).toBe(0);
  await remove.click();
  await host.page.getByRole("alertdialog").getByRole("button", { name: "Poista takahuoneesta" }).click();

  await speaker.page.getByText("Sinut poistettiin").waitFor();
  await speaker.page.getByText("Pääset takaisin vasta, kun sinut päästetään.").waitFor();
  await expect.poll(() => devicesOn(speaker)).toEqual([]);
  await speaker.page.getByRole("toolbar", { name: "Omat laitteet" }).waitFor({ state: "detached" });
  await speaker.shoot("backstage-removed-phone");
  await remove.waitFor({ state: "detached" });
  // Tries again, and finds the door shut: the sentence went while trying and is there anew.
  const removedAgain = speaker.page.waitForFunction(
    () => {
      const seen = globalThis as { wasAway?: boolean };
      const isThere = document.body.textContent.includes("Sinut poistettiin");
      if (!isThere) seen.wasAway = true;
      return seen.wasAway === true && isThere;
    },
    undefined,
    { polling: "raf" },
  );
  await speaker.page.getByRole("button", { name: "Yritä uudelleen" }).click();
  await removedAgain;
  expect(await remove.count()).toBe(0);

  const letIn = host.page.getByRole("button", { name: /^Päästä .+ takaisin$/ });
  await letIn.waitFor();
  await host.shoot("backstage-removed-desk", true);
  await letIn.click();
  await letIn.waitFor({ state: "detached" });
  await speaker.page.getByRole("button", { name: "Yritä uudelleen" }).click();
  await remove.waitFor();
  expect([...host.errors, ...speaker.errors]).toEqual([]);
});

test("booth staff remove a visitor who speaks from the table, after asking twice, and let them in again", async () => {
  const table = `${server.url}/e/${fair.event.slug}/booth/${fair.booth.slug}`;
  const staff = await Visitor.create(chromium, server.url, { width: 390, height: 844 });
  const visitor = await Visitor.create(chromium, server.url);
  for (const { page } of [staff, visitor]) page.setDefaultTimeout(30_000);
  await watchDevices(visitor);
  const { path } = await createLink(server.db, {
    role: "staff",
    eventId: fair.event.id,
    boothId: fair.booth.id,
  });
  await staff.page.goto(server.url + path);
  await staff.page.waitForURL(/\/staff$/);
  await staff.page.goto(`${table}/staff?camera=320x180@15`);
  await staff.page.getByText("Sano jotakin").waitFor();
  await staff.page.getByLabel("Nimesi").fill("Maija");
  await staff.page.getByLabel("Nimesi").press("Enter");
  const dock = staff.page.getByRole("toolbar", { name: "Omat laitteet" });
  await dock.waitFor();
  // One row on a phone: the name under the first picture stays in sight above it.
  expect((await dock.boundingBox())!.height).toBeLessThan(80);

  await visitor.page.goto(table);
  const sitDown = visitor.page.getByRole("button", { name: "Tule pöydän ääreen" });
  await visitor.page.getByLabel("Nimimerkki (ei pakollinen)").fill("Anneli");
  await sitDown.press("Enter");
  // The form is gone with its button: the keyboard goes on from the page, not from its top.
  await visitor.page.waitForFunction(() => document.activeElement?.id === "main");
  await visitor.page.getByRole("button", { name: "Pyydä puheenvuoro" }).click();
  await staff.page.getByRole("button", { name: "Päästä puhumaan: Anneli" }).click();
  await visitor.page.getByText("Voit puhua nyt.").waitFor();

  await expect.poll(() => devicesOn(visitor)).toEqual(["audio"]);

  const remove = staff.page.getByRole("button", { name: "Poista Anneli pöydästä" });
  await remove.click();
  const asked = staff.page.getByRole("alertdialog");
  await asked.getByRole("button", { name: "Peruuta" }).click();
  await asked.waitFor({ state: "detached" });
  expect(await visitor.page.getByText("Sinut poistettiin").count()).toBe(0);
  await remove.click();
  await asked.getByRole("button", { name: "Poista pöydästä" }).click();
  await visitor.page.getByText("Sinut poistettiin").waitFor();
  await visitor.page.getByText("Pääset takaisin vasta, kun sinut päästetään.").waitFor();
  await expect.poll(() => devicesOn(visitor)).toEqual([]);
  await remove.waitFor({ state: "detached" });

  const letIn = staff.page.getByRole("button", { name: "Päästä Anneli takaisin" });
  await letIn.click();
  await letIn.waitFor({ state: "detached" });
  await sitDown.click();
  await sitDown.click();
  await visitor.page.getByRole("button", { name: "Pyydä puheenvuoro" }).waitFor();
  expect([...staff.errors, ...visitor.errors]).toEqual([]);
});
