import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PlaybackPath } from "../../../../client/src/player/playback-path.ts";
import type { LiveProgramme } from "../../../../client/src/player/programme.ts";
import { type PathRequest, ProgrammePlayer } from "../../../../client/src/player/programme-player.ts";

const live: LiveProgramme = {
  kind: "live",
  stageId: "s",
  broadcastId: "b",
  playlistUrl: "/media/live/b/main.m3u8",
  liveSinceMs: 0,
};

class FakePath implements PlaybackPath {
  readonly name;
  readonly request: PathRequest;
  behindSeconds: number | null = null;
  isAtLiveEdge = true;
  isClosed = false;
  isPaused = false;
  soughtTo: number | null = null;
  progress = 0;
  isMoving = true;

  constructor(name: "webrtc" | "hls", request: PathRequest) {
    this.name = name;
    this.request = request;
  }
  readTimeline() {
    return { startSeconds: 0, endSeconds: 600, positionSeconds: this.soughtTo ?? 600 };
  }
  async readProgress() {
    return this.isMoving ? ++this.progress : this.progress;
  }
  seekTo(seconds: number) {
    if (this.name === "webrtc") return false;
    this.soughtTo = seconds;
    return true;
  }
  goLive() {
    this.soughtTo = null;
  }
  setPaused(isPaused: boolean) {
    this.isPaused = isPaused;
  }
  mend?: () => boolean;
  setAudioOnly() {}
  setQuality() {}
  close() {
    this.isClosed = true;
  }
}

/** As much of a video element as the player touches. `forbids`: what the browser's autoplay rule does not allow. */
class FakeVideo extends EventTarget {
  muted = false;
  volume = 1;
  ended = false;
  videoWidth = 0;
  videoHeight = 0;
  forbids: "nothing" | "sound" | "everything" = "nothing";
  async play() {
    const isForbidden = this.forbids === "everything" || (this.forbids === "sound" && !this.muted);
    if (isForbidden) throw new DOMException("no gesture", "NotAllowedError");
  }
  pause() {}
}

let paths: FakePath[];
let probes: number;
let doesProbeWork: boolean;
let video: FakeVideo;
let player: ProgrammePlayer;
const kept = new Map<string, string>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "info").mockImplementation(() => {});
  kept.clear();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("RTCPeerConnection", class {});
  paths = [];
  probes = 0;
  doesProbeWork = false;
  video = new FakeVideo();
  player = new ProgrammePlayer({
    now: () => 600_000,
    random: () => 0.5,
    probeWebrtc: async () => {
      probes++;
      return doesProbeWork;
    },
    loadPath: async (name, request) => {
      const path = new FakePath(name, request);
      paths.push(path);
      return path;
    },
  });
  player.attach(video as unknown as HTMLVideoElement, {} as HTMLElement);
});
afterEach(() => {
  player.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const plays = async () => {
  await settle();
  video.dispatchEvent(new Event("playing"));
};
const last = () => paths.at(-1)!;

test("comes by WebRTC", async () => {
  player.setProgramme(live);
  expect(player.getSnapshot().status).toBe("connecting");
  await plays();
  expect(player.getSnapshot()).toMatchObject({ status: "playing", path: "webrtc", isAtLiveEdge: true });
});

test("takes HLS when WebRTC has no picture after five seconds", async () => {
  player.setProgramme(live);
  await settle(4_900);
  expect(last().name).toBe("webrtc");
  await settle(200);
  await plays();
  expect(player.getSnapshot()).toMatchObject({ status: "playing", path: "hls" });
  expect(paths[0]!.isClosed).toBe(true);
});

test("brings a picture that stands still back, first the same way, then the other", async () => {
  player.setProgramme(live);
  await plays();
  last().isMoving = false;
  await settle(4_100);
  expect(paths.map((path) => path.name)).toEqual(["webrtc", "webrtc"]);
  expect(player.getSnapshot().status).toBe("reconnecting");
  await settle(5_100);
  await plays();
  expect(player.getSnapshot()).toMatchObject({ status: "playing", path: "hls" });
});

test("lets a way that can mend itself do so, for nine seconds", async () => {
  player.setProgramme(live);
  await plays();
  let mends = 0;
  last().mend = () => ++mends > 0;
  last().isMoving = false;
  await settle(7_000);
  expect(player.getSnapshot().status).toBe("buffering");
  last().isMoving = true;
  await settle(2_000);
  expect(player.getSnapshot().status).toBe("playing");
  last().isMoving = false;
  await settle(8_500);
  expect(paths).toHaveLength(1);
  await settle(2_000);
  expect(mends).toBe(2);
  expect(paths).toHaveLength(2);
});

test("returns from HLS to WebRTC by itself, once that was seen to work", async () => {
  player.setProgramme(live);
  last().request.onFailed("no UDP");
  await plays();
  expect(player.getSnapshot().path).toBe("hls");
  await settle(60_000);
  expect(player.getSnapshot().path).toBe("hls");
  expect(probes).toBeGreaterThan(1);
  expect(paths).toHaveLength(2);
  doesProbeWork = true;
  await settle(60_000);
  await plays();
  expect(player.getSnapshot()).toMatchObject({ status: "playing", path: "webrtc" });
});

test("looks for WebRTC ever more seldom when it does not last", async () => {
  doesProbeWork = true;
  player.setProgramme(live);
  const waits: number[] = [];
  for (let round = 0; round < 5; round++) {
    await settle();
    while (player.getSnapshot().path === "webrtc") {
      last().request.onFailed("broke");
      await settle();
    }
    await plays();
    const since = Date.now();
    while (player.getSnapshot().path === "hls") await settle(500);
    waits.push(Date.now() - since);
    await plays();
  }
  expect(waits.at(-1)).toBeGreaterThan(60_000);
  expect(waits.every((wait, index) => index === 0 || wait > waits[index - 1]!)).toBe(true);
});

test("does not look for WebRTC where a hand chose HLS, or the past is watched", async () => {
  doesProbeWork = true;
  player.setProgramme(live);
  player.choosePath("hls");
  await plays();
  await settle(120_000);
  player.choosePath("auto");
  await plays();
  player.seekTo(300);
  await plays();
  await settle(120_000);
  expect(probes).toBe(0);
});

test("fetches the past over HLS, and goes back for the live edge", async () => {
  player.setProgramme(live);
  await plays();
  player.seekTo(540);
  await plays();
  expect(last()).toMatchObject({ name: "hls" });
  expect(last().request.startSeconds).toBe(540);
  player.goLive();
  await plays();
  expect(player.getSnapshot().path).toBe("webrtc");
});

test("a second step back stays on the same way", async () => {
  player.setProgramme(live);
  await plays();
  player.seekTo(540);
  await plays();
  player.seekTo(500);
  expect(paths).toHaveLength(2);
  expect(last().soughtTo).toBe(500);
});

test("a switch by hand keeps volume, sound and captions", async () => {
  player.setProgramme(live);
  await plays();
  player.setVolume(0.4);
  player.setCaptions(true);
  player.choosePath("hls");
  await plays();
  expect(player.getSnapshot()).toMatchObject({ path: "hls", volume: 0.4, isMuted: false, hasCaptions: true });
  expect(video.volume).toBe(0.4);
  expect(JSON.parse(kept.get("torilla.player")!)).toMatchObject({ preference: "hls", volume: 0.4 });
});

test("plays without sound where sound needs a gesture, and asks for one", async () => {
  video.forbids = "sound";
  player.setProgramme(live);
  await plays();
  expect(player.getSnapshot()).toMatchObject({ status: "playing", needsUnmute: true, isMuted: false });
  expect(video.muted).toBe(true);
  player.setMuted(false);
  expect(player.getSnapshot().needsUnmute).toBe(false);
  expect(video.muted).toBe(false);
});

test("waits, connected, for a press where nothing may play by itself", async () => {
  video.forbids = "everything";
  player.setProgramme(live);
  await settle(20_000);
  expect(player.getSnapshot().status).toBe("paused");
  expect(paths).toHaveLength(1);
});

test("a pause is no stall", async () => {
  player.setProgramme(live);
  await plays();
  player.pause();
  last().isMoving = false;
  await settle(30_000);
  expect(player.getSnapshot().status).toBe("paused");
  expect(last()).toMatchObject({ isPaused: true, isClosed: false });
});

test("a playlist that comes later interrupts nothing", async () => {
  player.setProgramme({ ...live, playlistUrl: null });
  await plays();
  player.setProgramme(live);
  expect(paths).toHaveLength(1);
  player.choosePath("hls");
  await plays();
  expect(player.getSnapshot().path).toBe("hls");
});

test("tries again after rests for as long as nothing works", async () => {
  player.setProgramme(live);
  await settle(120_000);
  expect(player.getSnapshot().status).toBe("retrying");
  expect(paths.length).toBeGreaterThan(6);
  expect(paths.filter((path) => !path.isClosed).length).toBeLessThanOrEqual(1);
});

test("tries again at once when the server is known to be back", async () => {
  player.setProgramme(live);
  await plays();
  for (let failures = 0; failures < 5; failures++) {
    await settle(60_000);
    last().request.onFailed("away");
  }
  await settle();
  const tried = paths.length;
  player.wake();
  await settle();
  expect(paths.length).toBe(tried + 1);
  player.wake();
  await settle();
  expect(paths.length).toBe(tried + 1);
});

test("plays a recording by HLS only, and again from its beginning", async () => {
  player.setProgramme({ kind: "replay", recordingId: "r", playlistUrl: "/x.m3u8", durationSeconds: 600 });
  await plays();
  expect(last().name).toBe("hls");
  last().request.onEnded();
  expect(player.getSnapshot().status).toBe("ended");
  player.play();
  expect(last().soughtTo).toBe(0);
  expect(player.getSnapshot().status).toBe("playing");
  last().request.onEnded();
  expect(player.getSnapshot().status).toBe("ended");
});

test("stops when there is nothing to play any more", async () => {
  player.setProgramme(live);
  await plays();
  player.setProgramme(null);
  expect(player.getSnapshot()).toMatchObject({ status: "idle", path: null });
  expect(last().isClosed).toBe(true);
});
