import { beforeEach, describe, expect, it, vi } from "vitest";
import { HlsPath, type HlsPathOptions } from "../../../../client/src/player/hls-path.ts";

vi.mock("../../../../client/src/player/fair-abr.ts", () => ({ createFairAbr: () => undefined }));

const LIVE_SINCE_MS = 1_795_000_000_000;
const FOLDER = "/media/live/b";

type Listener = (name: string, data: unknown) => void;

/** What HlsPath sees of hls.js; lists come by `list()`. */
class FakeHls {
  static Events = {
    MANIFEST_PARSED: "manifest",
    LEVEL_LOADED: "level",
    FRAG_BUFFERED: "fragment",
    ERROR: "error",
  };
  static ErrorDetails = {};
  static ErrorTypes = {};
  static made: FakeHls[] = [];
  readonly listeners = new Map<string, Listener>();
  readonly audioTracks = [{ url: `${FOLDER}/aud-near.m3u8` }];
  readonly levels = [];
  latency = 1;
  targetLatency = 1.3;
  liveSyncPosition: number | null = null;
  latestLevelDetails: object | null = null;
  address = "";
  isDestroyed = false;

  constructor() {
    FakeHls.made.push(this);
  }
  on(name: string, listener: Listener): void {
    this.listeners.set(name, listener);
  }
  /** A new source: the element begins anew. */
  attachMedia(element: typeof video): void {
    Object.assign(element, { currentTime: 0, readyState: 0, played: { length: 0 } });
  }
  loadSource(address: string): void {
    this.address = address;
  }
  destroy(): void {
    this.isDestroyed = true;
  }

  /** Segments `from` to before `to`, of two seconds. Media time is programme time, less a hole of so long at `at`. */
  async list(from: number, to: number, hole = { at: Number.POSITIVE_INFINITY, seconds: 0 }): Promise<void> {
    const fragments = Array.from({ length: to - from }, (_, n) => ({
      sn: from + n,
      start: 2 * (from + n),
      duration: 2,
      programDateTime: LIVE_SINCE_MS + 2000 * (from + n) + (from + n < hole.at ? 0 : hole.seconds * 1000),
    }));
    const edge = { fragmentStart: 2 * from, edge: 2 * to, partHoldBack: 1.26 };
    this.latestLevelDetails = { live: true, fragments, ...edge };
    this.liveSyncPosition = 2 * to - 1.3;
    this.listeners.get("level")!("level", { details: this.latestLevelDetails });
    await Promise.resolve();
  }
}

const video = { currentTime: 0, readyState: 0, played: { length: 0 }, addEventListener() {} };
const open = (startSeconds: number | null, isAudioOnly = false) =>
  new HlsPath({
    Hls: FakeHls as unknown as HlsPathOptions["Hls"],
    video: video as unknown as HTMLVideoElement,
    programme: {
      kind: "live",
      stageId: "s",
      broadcastId: "b",
      playlistUrl: `${FOLDER}/main.m3u8`,
      liveSinceMs: LIVE_SINCE_MS,
    },
    startSeconds,
    isAudioOnly,
    quality: "auto",
    onFailed: (reason) => expect.unreachable(reason),
    onEnded: () => {},
    onChangeOver: () => {},
  });
const playing = () => FakeHls.made.filter((one) => !one.isDestroyed);
const addresses = () => playing().map((one) => one.address);
function playAt(seconds: number): void {
  Object.assign(video, { currentTime: seconds, readyState: 4, played: { length: 1 } });
}

beforeEach(() => {
  FakeHls.made = [];
  Object.assign(video, { currentTime: 0, readyState: 0, played: { length: 0 } });
});

describe("a live programme by HLS", () => {
  it("takes the near list at the live edge, and stays with it however long it goes on", async () => {
    open(null);
    await FakeHls.made[0]!.list(0, 4);
    for (let to = 5; to < 5000; to += 7) {
      playAt(2 * to - 2);
      await FakeHls.made[0]!.list(Math.max(0, to - 150), to);
    }
    expect(addresses()).toEqual([`${FOLDER}/near.m3u8`]);
  });

  it("shows a timeline from the programme's beginning all the same", async () => {
    const path = open(null);
    await FakeHls.made[0]!.list(850, 1000);
    playAt(1998);
    expect(path.readTimeline()).toEqual({ startSeconds: 0, endSeconds: 2000, positionSeconds: 1998 });
  });

  it("does not take the element's beginning, before it played, for a place to be", async () => {
    open(null);
    video.readyState = 1;
    await FakeHls.made[0]!.list(0, 150);
    await FakeHls.made[0]!.list(850, 1000);
    expect(addresses()).toEqual([`${FOLDER}/near.m3u8`]);
  });

  it("rewinds within the near list, and takes the whole one for what lies before", async () => {
    const path = open(null);
    await FakeHls.made[0]!.list(850, 1000);
    playAt(1998);
    path.seekTo(1800);
    expect([addresses(), video.currentTime]).toEqual([[`${FOLDER}/near.m3u8`], 1800]);
    path.seekTo(300);
    expect(addresses()).toEqual([`${FOLDER}/main.m3u8`]);
    video.readyState = 1;
    await playing()[0]!.list(0, 1000);
    expect(video.currentTime).toBe(300);
  });

  it("comes back to the near list with the live edge", async () => {
    const path = open(300);
    expect(addresses()).toEqual([`${FOLDER}/main.m3u8`]);
    await FakeHls.made[0]!.list(0, 1000);
    playAt(300);
    path.goLive();
    expect(addresses()).toEqual([`${FOLDER}/near.m3u8`]);
    video.readyState = 1;
    await playing()[0]!.list(850, 1000);
    expect(addresses()).toEqual([`${FOLDER}/near.m3u8`]);
    expect(path.isAtLiveEdge).toBe(true);
  });

  // Five minutes without a programme after its first ten: media time is 300 s behind the clock from then on.
  it.each([
    { what: "before the hole", seconds: 500, at: 500 },
    { what: "in the hole", seconds: 700, at: 600 },
    { what: "after the hole", seconds: 1200, at: 900 },
    { what: "behind the media's own length", seconds: 1900, at: 1600 },
  ])("leads to the instant that was asked for, $what", async ({ seconds, at }) => {
    const hole = { at: 300, seconds: 300 };
    const path = open(null);
    await FakeHls.made[0]!.list(850, 1000, hole);
    expect(path.readTimeline()).toMatchObject({ startSeconds: 0, endSeconds: 2300 });
    playAt(1998);
    path.seekTo(seconds);
    expect(addresses()).toEqual([`${FOLDER}/main.m3u8`]);
    video.readyState = 1;
    await playing()[0]!.list(0, 1000, hole);
    expect(video.currentTime).toBe(at);
    expect(path.readTimeline()!.positionSeconds).toBe(Math.max(seconds, seconds === 700 ? 900 : 0));
  });

  it("takes the whole list when a viewer who paused would be left behind, and stays where that was", async () => {
    open(null);
    await FakeHls.made[0]!.list(850, 1000);
    playAt(1998);
    await FakeHls.made[0]!.list(980, 1130);
    expect(addresses()).toEqual([`${FOLDER}/near.m3u8`]);
    await FakeHls.made[0]!.list(992, 1142);
    expect(addresses()).toEqual([`${FOLDER}/main.m3u8`]);
    video.readyState = 1;
    await playing()[0]!.list(0, 1142);
    expect(video.currentTime).toBe(1998);
  });

  it("goes to the wanted second with sound alone too", async () => {
    open(300, true);
    playing()[0]!.listeners.get("manifest")!("manifest", {});
    await Promise.resolve();
    expect(addresses()).toEqual([`${FOLDER}/aud-near.m3u8`]);
    Object.assign(video, { readyState: 4 });
    await playing()[0]!.list(0, 1000);
    expect(video.currentTime).toBe(300);
  });
});
