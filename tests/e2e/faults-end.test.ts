import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "../../server/platform/process-table.ts";
import { Browser } from "../support/browser.ts";
import { createPlace, type Place, waitUntilGone } from "../support/launched.ts";
import { LiveLecture } from "../support/live-lecture.ts";
import { takeMachineTurn } from "../support/machine-turn.ts";
import { type Product, startProduct } from "../support/product.ts";
import { listDescendants } from "../support/product-processes.ts";

/* The launcher is killed or asked to end in the middle of a lecture: no orphan stays, and the lecture goes on after it. */

const STAGE = { params: { event: "jarjestomessut", stage: "paasali" } };
const ENDS_WITHIN_MS = 10_000;

describe("an end in the middle of a lecture", () => {
  let place: Place;
  let lecture: LiveLecture;
  let next: Product | null = null;
  let broadcastId: string | null;

  beforeAll(async () => {
    await takeMachineTurn();
    place = await createPlace();
    lecture = await LiveLecture.create({ place });
    await lecture.goLive();
    ({ broadcastId } = (await new Browser(lecture.product.url).call("readStage", STAGE)).state);
  });
  afterAll(async () => {
    await lecture?.browser.close();
    await next?.stop();
    place?.remove();
  });

  it("leaves no process behind when the launcher is killed", async () => {
    const { child, exited } = lecture.product.launched;
    const below = listDescendants(child.pid!);
    expect(below.some((one) => one.command.includes("media/mixer/main.ts"))).toBe(true);
    expect(below.some((one) => one.command.includes("mediasoup-worker"))).toBe(true);
    const since = Date.now();
    child.kill("SIGKILL");
    await exited;
    await gone(below, 20_000);
    console.log(`launcher killed: the rest had ended after ${(Date.now() - since) / 1000} s`);
  });

  it("goes on with the lecture at the next start, for everybody, without a reload", async () => {
    await lecture.expectNoReload();
    const since = Date.now();
    next = await startProduct({ place });
    console.log(`next start: ready after ${(Date.now() - since) / 1000} s`);
    const { state } = await new Browser(next.url).call("readStage", STAGE);
    expect(state).toMatchObject({ phase: "live", broadcastId });
    const readyAt = Date.now();
    await lecture.seesPast(lecture.watcher, readyAt, 60_000);
    console.log(`next start: WebRTC again ${(Date.now() - readyAt) / 1000} s after it was ready`);
    await lecture.seesPast(lecture.firewalled, readyAt, 60_000);
    console.log(`next start: HLS again ${(Date.now() - readyAt) / 1000} s after it was ready`);
  });

  it("has both lives of the product in one replay", async () => {
    const seconds = await lecture.endAndReadReplay();
    const { recordings } = await new Browser(lecture.product.url).call("readStage", STAGE);
    console.log(`replay of ${seconds.toFixed(1)} s, ${recordings.length} recordings`);
    expect(seconds).toBeGreaterThan(10);
  });

  it("ends in order within ten seconds while live with a mixer", async () => {
    const { page } = lecture.host;
    await page.getByRole("button", { name: "Avaa lava uudelleen" }).click();
    await page.getByRole("button", { name: "Aloita lähetys…" }).click();
    await page.getByRole("button", { name: "Kyllä, suoraan lähetykseen" }).click();
    await page.getByText("LÄHETYKSESSÄ").waitFor();
    const { child, exited } = next!.launched;
    const below = listDescendants(child.pid!);
    const since = Date.now();
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
    const tookMs = Date.now() - since;
    console.log(`SIGTERM: ended after ${tookMs / 1000} s`);
    expect(tookMs).toBeLessThan(ENDS_WITHIN_MS + 2_000);
    await gone(below, 1_000);
    next = null;
  });

  async function gone(processes: { pid: number; command: string }[], timeoutMs: number): Promise<void> {
    await waitUntilGone(
      processes.map((one) => one.pid),
      timeoutMs,
    ).catch(() => {
      const left = processes.filter((one) => isAlive(one.pid)).map((one) => `${one.pid} ${one.command}`);
      throw new Error(`still there after ${timeoutMs} ms:\n${left.join("\n")}`);
    });
  }
});
