import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBackstageNames } from "../support/backstage-names.ts";
import { HOST_NAME, LiveLecture, PROGRAMME, readChat, writeChat } from "../support/live-lecture.ts";
import type { Visitor } from "../support/page-story.ts";
import { listDescendants, requirePid } from "../support/product-processes.ts";
import { waitFor } from "../support/wait-for.ts";

/* The server and the database go away in the middle of a lecture: media goes on, and no word of the chat is lost. */

const PENDING = ".chat-row-unsent .chat-text";
/** What a page without its socket and back may stand still: one change of transport. */
const HARDLY_SECONDS = 4;

describe("server and database that go away while live", () => {
  let lecture: LiveLecture;
  beforeAll(async () => {
    lecture = await LiveLecture.create();
    await lecture.goLive();
    await writeChat(lecture.watcher, "Ennen häiriötä");
    await waitFor(async () => (await readChat(lecture.firewalled)).length === 1, {
      timeoutMs: 30_000,
      what: "the first message",
    });
  });
  afterAll(() => lecture?.close());

  it("goes on over WebRTC while the server is away, and has each message once when it is back", async () => {
    await lecture.expectNoReload();
    const before = await readBackWhen(() => isAnswering("/healthz"), true);
    process.kill(requirePid(lecture.product, "server"), "SIGKILL");
    const since = Date.now();
    await readBackWhen(() => isAnswering("/healthz"), false);
    await writeChat(lecture.watcher, "Palvelin on poissa");
    // Pictures from after the loss, and still nobody answers: they came without the server.
    await lecture.seesPast(lecture.watcher, since + 500);
    const seenAfterMs = Date.now() - since;
    const wasAwayStill = !(await isAnswering("/healthz"));
    await readBackWhen(() => isAnswering("/readyz"), true);
    console.log(`server back and ready after ${(Date.now() - since) / 1000} s (asked ${before} ms before)`);
    if (!wasAwayStill) console.log(`(the server was back before the look after ${seenAfterMs} ms)`);

    await hasOnce("Palvelin on poissa");
    const backAt = Date.now();
    const webrtc = await lecture.seesPast(lecture.watcher, backAt);
    const hls = await lecture.seesPast(lecture.firewalled, backAt);
    console.log(`server lost: WebRTC stood still for ${webrtc.toFixed(1)} s, HLS for ${hls.toFixed(1)} s`);
    expect(webrtc).toBeLessThan(HARDLY_SECONDS);
    expect(hls).toBeLessThan(15);
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
