import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SegmentStore } from "../../media/hls/segment-store.ts";
import { HlsEdgeRig } from "../support/hls-edge-rig.ts";
import { type MadeUpPart, madeUpParts, madeUpRun, RENDITIONS } from "../support/made-up-programme.ts";
import { mergeDelta, readPlaylist } from "../support/playlist-reader.ts";

const START_MS = 1_795_000_000_000;
let folder: string;
let rig: HlsEdgeRig;
let store: SegmentStore;
let id: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "torilla-edge-"));
  rig = await HlsEdgeRig.create({ segmentsFolder: folder });
  id = randomUUID();
  rig.broadcasts.set(id, { endedAt: null });
  store = await openStore();
});
afterEach(async () => {
  await store.close();
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

function openStore(): Promise<SegmentStore> {
  return SegmentStore.open({
    folder: rig.folderOf(id),
    onNotice: (notice, bytes) => rig.media.tell(id, notice, bytes),
    onFailure: () => {},
  });
}
/** Starts a run and hands out its parts one by one. */
function startRun(count = 1000): Iterator<MadeUpPart> {
  const run = store.nextRun();
  const firstMsn = store.nextMsn();
  const startedAtMs = START_MS + firstMsn * 2000;
  const { notice, inits } = madeUpRun(run, startedAtMs);
  store.runStarted(notice, inits);
  return madeUpParts(run, { firstMsn, count, startedAtMs });
}
function write(parts: Iterator<MadeUpPart>, count: number): void {
  for (let n = 0; n < count; n++) {
    const { value } = parts.next() as { value: MadeUpPart };
    store.writePart(value.notice, value.bytes, value.isLastOfSegment);
  }
}
const SEGMENT = 18;
const live = (file: string) => `${rig.url}/media/live/${id}/${file}`;
const read = async (file: string) => readPlaylist(await (await fetch(live(file))).text());
const status = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, init);
  await response.arrayBuffer();
  return response.status;
};

describe("a live broadcast", () => {
  it("is served as a multivariant playlist, media playlists, init segments, segments and parts", async () => {
    write(startRun(), 2 * SEGMENT + 3);
    const main = await fetch(live("main.m3u8"));
    expect(main.headers.get("content-type")).toBe("application/vnd.apple.mpegurl");
    expect(main.headers.get("cache-control")).toBe("no-cache");
    expect(main.headers.get("access-control-allow-origin")).toBeNull();
    expect(await main.text()).toContain("\nv360.m3u8\n");
    for (const name of RENDITIONS) {
      const list = await read(`${name}.m3u8`);
      expect(list.segments).toHaveLength(2);
      const segment = await fetch(live(list.segments[1]!.uri));
      expect(segment.headers.get("cache-control")).toContain("immutable");
      const parts = await Promise.all(
        list.segments[1]!.parts.map(async ({ uri }) => (await fetch(live(uri))).text()),
      );
      expect(await segment.text()).toBe(parts.join(""));
      expect(await (await fetch(live(list.segments[0]!.map!))).text()).toBe(`init of r1-${name}-init.mp4`);
      expect(await (await fetch(live(list.openParts[0]!.uri))).text()).toBe(`[r1-${name}-2-0.m4s]`);
    }
  });

  it("is served from the disk once it is out of memory", async () => {
    write(startRun(), 16 * SEGMENT);
    await store.endRun("r1", START_MS);
    expect(rig.edge.find(id)!.window.rendition("v720")!.findSegment(0)!.body === null).toBe(true);
    const ranged = await fetch(live("r1-v720-0.m4s"), { headers: { range: "bytes=1-13" } });
    expect(ranged.status).toBe(206);
    expect(await ranged.text()).toBe("r1-v720-0-0.m");
    expect(await status(live("r1-v720-0-0.m4s"))).toBe(404);
  });

  it("answers a blocking reload when the part is there, to all who wait alike", async () => {
    const parts = startRun();
    write(parts, SEGMENT + 3);
    await read("v720.m3u8");
    let answered = 0;
    const waiting = Array.from({ length: 50 }, async () => {
      const list = await read("v720.m3u8?_HLS_msn=1&_HLS_part=1");
      answered++;
      return list.openParts.length;
    });
    await expect.poll(() => rig.edge.find(id)!.window.waiterCount).toBe(50);
    expect(answered).toBe(0);
    write(parts, 1);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([2]));
  });

  it("answers a request for the hinted part with its bytes", async () => {
    const parts = startRun();
    write(parts, SEGMENT + 3);
    const { hint } = await read("aud.m3u8");
    const waiting = fetch(live(hint!)).then((response) => response.text());
    await expect.poll(() => rig.edge.find(id)!.window.waiterCount).toBe(1);
    write(parts, 3);
    expect(await waiting).toBe("[r1-aud-1-1.m4s]");
    expect(await status(live("r1-aud-1-3.m4s"))).toBe(404);
  });

  it("sends delta updates and gzip to those who take them", async () => {
    const parts = startRun();
    write(parts, 11 * SEGMENT);
    const held = await read("v720.m3u8");
    write(parts, 2 * SEGMENT + 5);
    const full = await read("v720.m3u8");
    const delta = await read("v720.m3u8?_HLS_skip=YES");
    expect(delta.skipped).toBeGreaterThan(4);
    expect(mergeDelta(held, delta).map(({ uri }) => uri)).toEqual(full.segments.map(({ uri }) => uri));
    const { host, port } = { host: "127.0.0.1", port: Number(new URL(rig.url).port) };
    const raw = await rawAnswer(host, port, `/media/live/${id}/v720.m3u8`, "Accept-Encoding: gzip\r\n");
    expect(raw.head).toContain("Content-Encoding: gzip");
    expect(raw.head).toContain("Vary: Accept-Encoding");
    expect(readPlaylist(gunzipSync(raw.body).toString()).segments).toHaveLength(13);
  });

  it("refuses directives that make no sense, and waits in vain no longer than three segments", async () => {
    write(startRun(), SEGMENT + 3);
    for (const query of [
      "_HLS_part=1",
      "_HLS_msn=x",
      "_HLS_msn=-1",
      "_HLS_msn=1&_HLS_part=99",
      "_HLS_msn=40",
    ]) {
      expect([query, await status(live(`v720.m3u8?${query}`))]).toEqual([query, 400]);
    }
    const from = performance.now();
    const late = await fetch(live("v720.m3u8?_HLS_msn=1&_HLS_part=4"));
    expect(late.status).toBe(503);
    expect(late.headers.get("retry-after")).toBe("1");
    expect(performance.now() - from).toBeGreaterThan(5_500);
  });

  it("waits for the first segment when it has only just begun", async () => {
    const waiting = read("v360.m3u8");
    const parts = startRun();
    write(parts, SEGMENT);
    expect((await waiting).segments).toHaveLength(1);
  });

  it("frees the place of a player that went away", async () => {
    write(startRun(), SEGMENT + 3);
    await read("v720.m3u8");
    const abort = new AbortController();
    const gone = fetch(live("v720.m3u8?_HLS_msn=1&_HLS_part=3"), { signal: abort.signal }).catch(() => null);
    await expect.poll(() => rig.edge.find(id)!.window.waiterCount).toBe(1);
    abort.abort();
    await gone;
    await expect.poll(() => rig.edge.find(id)!.window.waiterCount).toBe(0);
  });

  it("answers HEAD, refuses other methods", async () => {
    write(startRun(), SEGMENT);
    const head = await fetch(live("v720.m3u8"), { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(100);
    expect(await head.text()).toBe("");
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      expect([method, await status(live("v720.m3u8"), { method })]).toEqual([method, 405]);
    }
  });
});

describe("names that are not served", () => {
  it.each([
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/index.jsonl",
    "....//index.jsonl",
    "..\\..\\secret.txt",
    "index.jsonl",
    "index.jsonl%00.m4s",
    "R1-V720-0.M4S",
    "r1-v720-0.m4s/",
    "./r1-v720-0.m4s",
    "r1-v720-0.m4s%20",
    "r1-v720-9.m4s",
    "r1-v720-00.m4s",
    "r2-v720-0.m4s",
    "r1-v720-0-9.m4s",
    "r2-v720-0-0.m4s",
    "v999.m3u8",
    "",
    "x".repeat(9_000),
  ])("%s", async (name) => {
    write(startRun(), SEGMENT);
    const port = Number(new URL(rig.url).port);
    const { head } = await rawAnswer("127.0.0.1", port, `/media/live/${id}/${name}`);
    expect(head.split("\r\n")[0]).toMatch(/ 404 /);
  });

  it("a broadcast that is not there or long over", async () => {
    expect(await status(`${rig.url}/media/live/${randomUUID()}/main.m3u8`)).toBe(404);
    const over = randomUUID();
    rig.broadcasts.set(over, { endedAt: new Date(Date.now() - 61_000) });
    expect(await status(`${rig.url}/media/live/${over}/main.m3u8`)).toBe(404);
    expect(await status(`${rig.url}/media/live/${id.toUpperCase()}/main.m3u8`)).toBe(404);
  });
});

describe("when things end or break", () => {
  it("gives ENDLIST to those who wait at the end, and goes on for a minute", async () => {
    write(startRun(), 2 * SEGMENT + 6);
    await read("v720.m3u8");
    const waiting = read("v720.m3u8?_HLS_msn=2&_HLS_part=2");
    await expect.poll(() => rig.edge.find(id)!.window.waiterCount).toBe(1);
    await store.endRun("r1", START_MS);
    rig.edge.broadcastEnded(id);
    const list = await waiting;
    expect(list.isEnded).toBe(true);
    expect(list.segments.map(({ duration }) => duration)).toEqual([2, 2, 0.64]);
    expect(await status(live(list.segments[2]!.uri))).toBe(200);
  });

  it("ends a silent broadcast of which it was not told that it is over", async () => {
    write(startRun(), SEGMENT);
    await read("v720.m3u8");
    await store.endRun("r1", START_MS);
    rig.broadcasts.set(id, { endedAt: new Date() });
    await expect.poll(async () => (await read("v720.m3u8")).isEnded, { timeout: 8_000 }).toBe(true);
  });

  it("goes on after a mixer died, with a discontinuity in every rendition", async () => {
    write(startRun(), SEGMENT + 7);
    await store.endRun("r1", START_MS);
    write(startRun(), SEGMENT + 3);
    for (const name of RENDITIONS) {
      const { segments } = await read(`${name}.m3u8`);
      expect(segments.map(({ isDiscontinuity }) => isDiscontinuity)).toEqual([false, false, true]);
    }
  });

  it("goes on after the server was restarted, with the same numbers", async () => {
    const parts = startRun();
    write(parts, 14 * SEGMENT + 9);
    const before = await read("v720.m3u8");
    await rig.close();
    await expect.poll(() => store.failure).toBeNull();
    rig = await HlsEdgeRig.create({ segmentsFolder: folder });
    rig.broadcasts.set(id, { endedAt: null });
    await expect.poll(async () => (await read("v720.m3u8")).segments.length, { timeout: 5_000 }).toBe(14);
    write(parts, SEGMENT);
    await store.endRun("r1", START_MS);
    const after = await read("v720.m3u8");
    expect(after.segments.slice(0, 14).map(({ uri }) => uri)).toEqual(before.segments.map(({ uri }) => uri));
    await expect.poll(async () => (await read("v720.m3u8")).segments.length).toBe(16);
    expect((await read("v720.m3u8")).segments.some(({ isGap }) => isGap)).toBe(false);
    expect(await (await fetch(live("r1-v720-14.m4s"))).text()).toContain("[r1-v720-14-0.m4s]");
  });
});

describe("a replay", () => {
  const replay = (recordingId: string, file: string) => `${rig.url}/media/replay/${recordingId}/${file}`;

  async function record(from: number, to: number): Promise<string> {
    const recordingId = randomUUID();
    rig.recordings.set(recordingId, {
      id: recordingId,
      broadcastId: id,
      startedAt: new Date(START_MS + from * 1000),
      endedAt: new Date(START_MS + to * 1000),
      isPublished: true,
    });
    return recordingId;
  }

  it("is a VOD playlist over the broadcast's segments as soon as the run has ended", async () => {
    write(startRun(), 10 * SEGMENT);
    store.thumbnail("r1", START_MS + 7_000, Buffer.from("jpeg"));
    await store.endRun("r1", START_MS + 20_000);
    const recordingId = await record(4, 14);
    for (const name of RENDITIONS) {
      const response = await fetch(replay(recordingId, `${name}.m3u8`));
      expect(response.headers.get("cache-control")).toBe("private, max-age=10");
      const list = readPlaylist(await response.text());
      expect(list).toMatchObject({ type: "VOD", isEnded: true });
      expect(list.segments.map(({ msn }) => msn)).toEqual([0, 1, 2, 3, 4]);
      expect(list.segments[0]!.uri).toBe(`r1-${name}-2.m4s`);
      expect(await status(replay(recordingId, list.segments[4]!.uri))).toBe(200);
      expect(await status(replay(recordingId, list.segments[0]!.map!))).toBe(200);
    }
    expect(await (await fetch(replay(recordingId, "main.m3u8"))).text()).toContain("RESOLUTION=1280x720");
    expect(await (await fetch(replay(recordingId, "poster.jpg"))).text()).toBe("jpeg");
    expect(await (await fetch(replay(recordingId, "thumbnails.vtt"))).text()).toContain(
      `r1-thumb-${START_MS + 7_000}.jpg`,
    );
  });

  it("has nothing outside its range, and no other file of the folder", async () => {
    write(startRun(), 10 * SEGMENT);
    await store.endRun("r1", START_MS + 20_000);
    const recordingId = await record(4, 14);
    for (const file of [
      "r1-v720-0.m4s",
      "r1-v720-9.m4s",
      "r1-v720-3-0.m4s",
      "index.jsonl",
      "poster.jpg",
      "..%2Findex.jsonl",
    ]) {
      expect([file, await status(replay(recordingId, file))]).toEqual([file, 404]);
    }
    expect(await status(replay(randomUUID(), "main.m3u8"))).toBe(404);
  });

  it("is gone at once when it is taken back here", async () => {
    write(startRun(), 3 * SEGMENT);
    await store.endRun("r1", START_MS + 6_000);
    const recordingId = await record(0, 6);
    expect(await status(replay(recordingId, "r1-v720-1.m4s"))).toBe(200);
    rig.recordings.get(recordingId)!.isPublished = false;
    rig.replays.changed(recordingId);
    for (const file of ["main.m3u8", "v720.m3u8", "r1-v720-1.m4s", "r1-v720-init.mp4", "thumbnails.vtt"]) {
      expect([file, await status(replay(recordingId, file))]).toEqual([file, 404]);
    }
  });

  it("is not modified for whoever holds it", async () => {
    write(startRun(), 3 * SEGMENT);
    await store.endRun("r1", START_MS + 6_000);
    const recordingId = await record(0, 6);
    for (const file of ["v720.m3u8", "r1-v720-1.m4s"]) {
      const first = await fetch(replay(recordingId, file));
      const again = await fetch(replay(recordingId, file), {
        headers: { "if-none-match": first.headers.get("etag")! },
      });
      expect(again.status).toBe(304);
    }
  });
});

/** Sends the path as it is spelt: fetch would tidy it up. */
function rawAnswer(
  host: string,
  port: number,
  path: string,
  headers = "",
): Promise<{ head: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${headers}\r\n`);
    });
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => {
      const all = Buffer.concat(chunks);
      const at = all.indexOf("\r\n\r\n");
      resolve({ head: all.toString("latin1", 0, at), body: all.subarray(at + 4) });
    });
  });
}
