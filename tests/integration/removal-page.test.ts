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

async function enterAs(role: "host" | "speaker", options: { width?: number; height?: number } = {}) {
  const visitor = await Visitor.create(chromium, server.url, options);
  visitor.page.setDefaultTimeout(30_000);
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
