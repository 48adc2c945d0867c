import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "../../server/platform/process-table.ts";
import { readBackstageNames } from "../support/backstage-names.ts";
import { Browser } from "../support/browser.ts";
import { createPlace, type Place, waitUntilGone } from "../support/launched.ts";
import { HOST_NAME, LiveLecture, PROGRAMME, readChat, writeChat } from "../support/live-lecture.ts";
import { takeMachineTurn } from "../support/machine-turn.ts";
import type { Visitor } from "../support/page-story.ts";
import { type Product, startProduct } from "../support/product.ts";
import { listDescendants, requirePid } from "../support/product-processes.ts";
import { waitFor } from "../support/wait-for.ts";

/*
 * Server, database and in the end the launcher go away in the middle of a lecture: media goes on where it can, no
 * word of the chat is lost, no process stays behind, and the next start takes the lecture up again.
 */

const PENDING = ".chat-row-unsent .chat-text";
const STAGE = { params: { event: "jarjestomessut", stage: "paasali" } };
/** What a picture that goes on may stand still where browsers and a starting server share two cores. */
const HARDLY_SECONDS = 8;
/** From the server's return to the picture by HLS: sockets and playlists are asked for again with rests between. */
const HLS_BACK_SECONDS = 20;
const ENDS_WITHIN_MS = 12_000;

describe("server, database and launcher that go away while live", () => {
  let place: Place;
  let lecture: LiveLecture;
  let next: Product | null = null;
  let broadcastId: string | null;
  beforeAll(async () => {
    await takeMachineTurn();
    place = await createPlace();
    lecture = await LiveLecture.create({ place });
    await lecture.goLive();
    await writeChat(lecture.watcher, "Ennen häiriötä");
    await waitFor(async () => (await readChat(lecture.firewalled)).length === 1, {
      timeoutMs: 30_000,
      what: "the first message",
    });
  });
  afterAll(async () => {
    await lecture?.close();
    await next?.stop();
    place?.remove();
  });

  it("goes on over WebRTC while the server is away, and has each message once when it is back", async () => {
    await lecture.expectNoReload();
    process.kill(requirePid(lecture.product, "server"), "SIGKILL");
    const since = Date.now();
    await readBackWhen(() => isAnswering("/healthz"), false);
    await writeChat(lecture.watcher, "Palvelin on poissa");
    // Pictures from after the loss, and still nobody answers: they came without the server.
    await lecture.seesPast(lecture.watcher, since + 500);
    expect(await isAnswering("/healthz")).toBe(false);
    await readBackWhen(() => isAnswering("/readyz"), true);
    const awaySeconds = (Date.now() - since) / 1000;
    console.log(`server back and ready after ${awaySeconds} s`);

    await hasOnce("Palvelin on poissa");
    const backAt = Date.now();
    const webrtc = await lecture.seesPast(lecture.watcher, backAt);
    const hls = await lecture.seesPast(lecture.firewalled, backAt);
    console.log(`server lost: WebRTC stood still for ${webrtc.toFixed(1)} s, HLS for ${hls.toFixed(1)} s`);
    expect(webrtc).toBeLessThan(HARDLY_SECONDS);
    expect(hls).toBeLessThan(awaySeconds + HLS_BACK_SECONDS);
    expect(await readBackstageNames(lecture.product)).toEqual([HOST_NAME]);
    await viewersAre(2);
  });

  it("leaves media alone while PostgreSQL does not answer, and keeps what is written", async () => {
    await lecture.expectNoReload();
    const postmaster = requirePid(lecture.product, "postgres");
    const all = [postmaster, ...listDescendants(postmaster).map((one) => one.pid)];
    const since = Date.now();
    for (const pid of all) process.kill(pid, "SIGSTOP");
    try {
      await writeChat(lecture.watcher, "Tietokanta ei vastaa");
      await readBackWhen(() => isAnswering("/readyz"), false);
      await lecture.seesPast(lecture.watcher, since + 5_000);
      await lecture.seesPast(lecture.firewalled, since + 5_000);
      expect(await lecture.watcher.page.locator(PENDING).allTextContents()).toEqual(["Tietokanta ei vastaa"]);
    } finally {
      for (const pid of all) process.kill(pid, "SIGCONT");
    }
    await comesBack("PostgreSQL stopped", since, "Tietokanta ei vastaa");
  });

  it("leaves media alone when PostgreSQL is killed, and keeps what is written", async () => {
    await lecture.expectNoReload();
    const postmaster = requirePid(lecture.product, "postgres");
    const since = Date.now();
    process.kill(postmaster, "SIGKILL");
    await writeChat(lecture.watcher, "Tietokanta kaatui");
    await comesBack("PostgreSQL killed", since, "Tietokanta kaatui");
    expect(requirePid(lecture.product, "postgres")).not.toBe(postmaster);
  });

  it("has the same words in the same order everywhere, also on a page that comes later", async () => {
    const shown = await readChat(lecture.watcher);
    expect(shown).toEqual([
      "Ennen häiriötä",
      "Palvelin on poissa",
      "Tietokanta ei vastaa",
      "Tietokanta kaatui",
    ]);
    expect(await readChat(lecture.firewalled)).toEqual(shown);
    await lecture.firewalled.page.reload();
    await waitFor(async () => (await readChat(lecture.firewalled)).length === shown.length, {
      timeoutMs: 30_000,
      what: "the chat after a reload",
    });
    expect(await readChat(lecture.firewalled)).toEqual(shown);
    expect([...lecture.watcher.errors, ...lecture.host.errors, ...lecture.firewalled.errors]).toEqual([]);
  });

  it("leaves no process behind when the launcher is killed", async () => {
    ({ broadcastId } = (await new Browser(lecture.product.url).call("readStage", STAGE)).state);
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
    expect(tookMs).toBeLessThan(ENDS_WITHIN_MS);
    await gone(below, 1_000);
    next = null;
  });

  async function comesBack(what: string, since: number, text: string): Promise<void> {
    await readBackWhen(() => isAnswering("/readyz"), true);
    console.log(`${what}: ready again ${(Date.now() - since) / 1000} s later`);
    await hasOnce(text);
    console.log(`${what}: the message was there ${(Date.now() - since) / 1000} s later`);
    const at = Date.now();
    const webrtc = await lecture.seesPast(lecture.watcher, at);
    const hls = await lecture.seesPast(lecture.firewalled, at);
    console.log(`${what}: WebRTC stood still for ${webrtc.toFixed(1)} s, HLS for ${hls.toFixed(1)} s`);
    expect(webrtc).toBeLessThan(HARDLY_SECONDS);
    expect(hls).toBeLessThan(HARDLY_SECONDS);
    const isByWebrtc = ({ page }: Visitor) =>
      page.locator(PROGRAMME).evaluate((video: HTMLVideoElement) => video.srcObject !== null);
    expect(await isByWebrtc(lecture.watcher)).toBe(true);
  }

  async function isAnswering(path: string): Promise<boolean> {
    return fetch(lecture.product.url + path, { signal: AbortSignal.timeout(4_000) }).then(
      (response) => response.ok,
      () => false,
    );
  }

  /** Milliseconds until `look` gives `wanted`. */
  async function readBackWhen(look: () => Promise<boolean>, wanted: boolean): Promise<number> {
    const since = Date.now();
    await waitFor(async () => (await look()) === wanted, { timeoutMs: 60_000, what: `answering: ${wanted}` });
    return Date.now() - since;
  }

  async function gone(processes: { pid: number; command: string }[], timeoutMs: number): Promise<void> {
    await waitUntilGone(
      processes.map((one) => one.pid),
      timeoutMs,
    ).catch(() => {
      const left = processes.filter((one) => isAlive(one.pid)).map((one) => `${one.pid} ${one.command}`);
      throw new Error(`still there after ${timeoutMs} ms:\n${left.join("\n")}`);
    });
  }

  /** Both viewers have the message, acknowledged and once. */
  async function hasOnce(text: string): Promise<void> {
    for (const visitor of [lecture.watcher, lecture.firewalled])
      await waitFor(async () => (await readChat(visitor)).includes(text), {
        timeoutMs: 60_000,
        what: `“${text}” in the chat`,
      });
    expect(await lecture.watcher.page.locator(PENDING).count()).toBe(0);
    for (const visitor of [lecture.watcher, lecture.firewalled])
      expect((await readChat(visitor)).filter((one) => one === text)).toHaveLength(1);
  }

  async function viewersAre(count: number): Promise<void> {
    const shown = lecture.watcher.page.locator(".stage-viewers");
    await waitFor(async () => new RegExp(`(^|\\D)${count}(\\D|$)`).test((await shown.textContent()) ?? ""), {
      timeoutMs: 30_000,
      what: `${count} viewers`,
    });
  }
});
