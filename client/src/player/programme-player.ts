/*
 * Plays a stage's programme or a recording in one video element, by whichever way works: it owns the element
 * while attached, the path that feeds it, the deadlines and the stall watch. `close()` ends them all.
 */
import { Store } from "../api/store.ts";
import {
  isStandIn,
  nextPathState,
  type Path,
  type PathInput,
  type PathState,
  type Preference,
  restMs,
} from "./path-choice.ts";
import type { PlaybackPath } from "./playback-path.ts";
import { keepPlayerSettings, type PlayerSettings, readPlayerSettings } from "./player-settings.ts";
import type { PlayerSnapshot, ProgrammePlayerOptions } from "./player-snapshot.ts";
import { statusOf } from "./player-status.ts";
import { isSameProgramme, type Programme, type Quality } from "./programme.ts";
import type { StallWatch } from "./stall-watch.ts";
import { VideoSurface } from "./video-surface.ts";
import { watchPath } from "./watch-path.ts";
import { WayBack } from "./way-back.ts";

export type {
  LoadPath,
  PathRequest,
  PlayerSnapshot,
  PlayerStatus,
  ProgrammePlayerOptions,
} from "./player-snapshot.ts";

/** From trying a way to a moving picture; then the next way. */
const CONNECT_MS: Record<Path, number> = { webrtc: 5_000, hls: 12_000 };
export class ProgrammePlayer {
  readonly #store: Store<PlayerSnapshot>;
  readonly #options: ProgrammePlayerOptions;
  #programme: Programme | null = null;
  #state: PathState = { phase: "none" };
  #surface: VideoSurface | null = null;
  #path: PlaybackPath | null = null;
  #watch: StallWatch | null = null;
  readonly #wayBack: WayBack;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts the paths that were started: what an older one says is not heard. */
  #turn = 0;
  #wantsPlay = true;
  #hasPlayed = false;
  #isBuffering = false;
  #hasEnded = false;

  readonly subscribe: Store<PlayerSnapshot>["subscribe"];
  readonly getSnapshot: Store<PlayerSnapshot>["getSnapshot"];

  constructor(options: ProgrammePlayerOptions) {
    this.#options = options;
    this.#store = new Store<PlayerSnapshot>({
      ...readPlayerSettings(),
      status: "idle",
      path: null,
      kind: null,
      isAtLiveEdge: false,
      behindSeconds: null,
      timeline: null,
      needsUnmute: false,
      isFullscreen: false,
      isPictureInPicture: false,
    });
    this.#wayBack = new WayBack({
      probe: async (signal) => (await this.#probeWebrtc(signal)) ?? false,
      onOpen: () => this.#dispatch({ type: "webrtcWorks" }),
      random: options.random ?? Math.random,
    });
    this.subscribe = this.#store.subscribe;
    this.getSnapshot = this.#store.getSnapshot;
  }

  /** Plays in `video`; `frame` (picture, controls) is what becomes full screen. @returns how to let go. */
  attach(video: HTMLVideoElement, frame: HTMLElement): () => void {
    const surface = new VideoSurface(video, frame, {
      onPlaying: () => this.#handlePlaying(),
      onWaiting: () => this.#setBuffering(true),
      onTime: () => this.#refresh(),
      onPlayIntent: (wantsPlay) => this.#setIntent(wantsPlay),
      onModes: (modes) => this.#store.patch(modes),
      onUnmuteNeeded: (needsUnmute) => this.#store.patch({ needsUnmute }),
    });
    this.#surface = surface;
    const onOnline = () => this.wake();
    window.addEventListener("online", onOnline);
    const { volume, isMuted } = this.getSnapshot();
    surface.setSound(volume, isMuted);
    if (this.#programme) this.#open();
    return () => {
      window.removeEventListener("online", onOnline);
      if (this.#surface !== surface) return;
      this.#dispatch({ type: "close" });
      surface.close();
      this.#surface = null;
    };
  }

  /** What to play from now on; `null`: nothing. The same again changes nothing. */
  setProgramme(programme: Programme | null): void {
    const isSame = isSameProgramme(this.#programme, programme);
    this.#programme = programme;
    if (isSame) {
      // The playlist may come some seconds after the room: one way more, and nothing to interrupt.
      if (programme && this.#state.phase !== "none")
        this.#state = { ...this.#state, ways: waysOf(programme) };
      return;
    }
    this.#hasPlayed = false;
    this.#wantsPlay = true;
    this.#store.patch({ kind: programme?.kind ?? null, timeline: null });
    if (this.#surface) this.#open();
  }

  play(): void {
    this.#setIntent(true);
    if (this.#hasEnded) this.seekTo(0);
    this.#surface?.play();
  }

  pause(): void {
    this.#setIntent(false);
    this.#surface?.pause();
  }

  togglePlay(): void {
    if (this.#wantsPlay && !this.#hasEnded) this.pause();
    else this.play();
  }

  setVolume(volume: number): void {
    this.#keep({ volume: Math.min(1, Math.max(0, volume)), isMuted: volume <= 0 });
    this.#applySound();
  }

  setMuted(isMuted: boolean): void {
    const { volume } = this.getSnapshot();
    this.#keep({ isMuted, volume: !isMuted && volume === 0 ? 0.5 : volume });
    this.#applySound();
  }

  toggleMuted(): void {
    const { isMuted, needsUnmute } = this.getSnapshot();
    this.setMuted(!(isMuted || needsUnmute));
  }

  /** By hand: the way to come, and no rewinding any more. */
  choosePath(preference: Preference): void {
    this.#keep({ preference });
    this.#dispatch({ type: "choose", preference });
  }

  setCaptions(hasCaptions: boolean): void {
    this.#keep({ hasCaptions });
  }

  setAudioOnly(isAudioOnly: boolean): void {
    this.#keep({ isAudioOnly });
    this.#path?.setAudioOnly(isAudioOnly);
  }

  setQuality(quality: Quality): void {
    this.#keep({ quality });
    this.#path?.setQuality(quality);
  }

  /** Seconds from the programme's beginning; live, the past is fetched over HLS. */
  seekTo(seconds: number): void {
    const timeline = this.getSnapshot().timeline;
    const end = timeline?.endSeconds ?? Number.POSITIVE_INFINITY;
    const wanted = Math.max(timeline?.startSeconds ?? 0, Math.min(seconds, end));
    if (this.#programme?.kind === "live" && wanted >= end - 2) {
      this.goLive();
      return;
    }
    this.#hasEnded = false;
    const turn = this.#turn;
    this.#dispatch({ type: "rewind" }, wanted);
    if (turn === this.#turn) this.#path?.seekTo(wanted);
    this.#refresh();
  }

  skip(seconds: number): void {
    const { timeline } = this.getSnapshot();
    if (timeline) this.seekTo(timeline.positionSeconds + seconds);
  }

  goLive(): void {
    const turn = this.#turn;
    this.#dispatch({ type: "goLive" });
    if (turn === this.#turn) this.#path?.goLive();
    this.play();
  }

  toggleFullscreen(): void {
    this.#surface?.toggleFullscreen();
  }

  togglePictureInPicture(): void {
    this.#surface?.togglePictureInPicture();
  }

  /** The network or the server answers again: what rests after failures, or tries in vain, begins afresh. */
  wake(): void {
    this.#dispatch({ type: "networkBack" });
  }

  close(): void {
    this.#dispatch({ type: "close" });
    this.#surface?.close();
    this.#surface = null;
  }

  #open(): void {
    this.#dispatch({ type: "close" });
    if (!this.#programme) return;
    this.#dispatch({
      type: "open",
      preference: this.getSnapshot().preference,
      ways: waysOf(this.#programme),
    });
  }

  #dispatch(input: PathInput, startSeconds: number | null = null): void {
    const before = this.#state;
    const next = nextPathState(before, input);
    if (!next) return;
    this.#state = next;
    if (next.phase !== "playing") clearTimeout(this.#timer);
    if (isStandIn(next)) this.#wayBack.start();
    else this.#wayBack.stop();
    switch (next.phase) {
      case "none":
        this.#stopPath();
        break;
      case "trying":
        void this.#startPath(next.path, startSeconds ?? this.#resumeAt(input));
        break;
      case "resting":
        this.#stopPath();
        this.#timer = setTimeout(
          () => this.#dispatch({ type: "rested" }),
          restMs(next.failures, (this.#options.random ?? Math.random)()),
        );
        break;
      case "playing":
        if (before.phase === "trying") {
          clearTimeout(this.#timer);
          this.#hasPlayed = true;
        }
        break;
    }
    this.#refresh();
  }

  /** A path that comes after a broken one goes on where that was, unless that was live. */
  #resumeAt(input: PathInput): number | null {
    if (input.type === "choose" || input.type === "goLive" || input.type === "open") return null;
    const { timeline, kind } = this.getSnapshot();
    const isRewound = this.#state.phase !== "none" && this.#state.isRewound;
    return kind === "replay" || isRewound ? (timeline?.positionSeconds ?? null) : null;
  }

  async #startPath(name: Path, startSeconds: number | null): Promise<void> {
    this.#stopPath(true);
    const turn = ++this.#turn;
    const surface = this.#surface;
    if (!surface || !this.#programme) return;
    const isCurrent = () => turn === this.#turn;
    const fail = (reason: string) => {
      if (!isCurrent()) return;
      console.info(`[player] ${name} failed: ${reason}`);
      this.#dispatch({ type: "failed" });
    };
    this.#timer = setTimeout(() => fail("not connected in time"), CONNECT_MS[name]);
    const { isAudioOnly, quality } = this.getSnapshot();
    try {
      const path = await this.#options.loadPath(name, {
        video: surface.video,
        programme: this.#programme,
        startSeconds,
        isAudioOnly,
        quality,
        now: this.#options.now,
        isWanted: isCurrent,
        onFailed: fail,
        onEnded: () => isCurrent() && this.#handleEnded(),
        onChangeOver: () => isCurrent() && surface.freeze(),
      });
      if (!isCurrent()) return path.close();
      this.#path = path;
      this.#watch = watchPath(path, {
        onMoving: () => {
          this.#isBuffering &&= name !== "webrtc";
          this.#refresh();
        },
        onSteady: () => this.#dispatch({ type: "steady" }),
        onRoomy: () => this.#options.prepareOther?.(name),
        onTrusted: () => this.#wayBack.forgive(),
        onMending: () => this.#setBuffering(true),
        onStalled: () => this.#state.phase === "playing" && fail("stalled"),
      });
      this.#watch.setPaused(!this.#wantsPlay);
      path.setPaused(!this.#wantsPlay);
      if (this.#wantsPlay) surface.play();
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  async #probeWebrtc(signal: AbortSignal): Promise<boolean | undefined> {
    const { isAudioOnly, quality } = this.getSnapshot();
    if (this.#programme?.kind !== "live" || !this.#wantsPlay) return false;
    return this.#options.probeWebrtc?.(this.#programme.stageId, { isAudioOnly, quality }, signal);
  }

  #stopPath(isSwitching = false): void {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#watch?.close();
    this.#watch = null;
    if (isSwitching && this.#hasPlayed) this.#surface?.freeze();
    else this.#surface?.thaw();
    this.#path?.close();
    this.#path = null;
    this.#isBuffering = false;
    this.#hasEnded = false;
  }

  #handlePlaying(): void {
    this.#isBuffering = false;
    this.#hasEnded = false;
    this.#surface?.thaw();
    this.#dispatch({ type: "playing" });
    this.#refresh();
  }

  #handleEnded(): void {
    this.#hasEnded = true;
    this.#watch?.setPaused(true);
    this.#refresh();
  }

  #setBuffering(isBuffering: boolean): void {
    this.#isBuffering = isBuffering;
    this.#refresh();
  }

  #setIntent(wantsPlay: boolean): void {
    this.#wantsPlay = wantsPlay;
    this.#watch?.setPaused(!wantsPlay);
    this.#path?.setPaused(!wantsPlay);
    // A paused element shows no moving picture, yet it is connected.
    if (!wantsPlay) this.#dispatch({ type: "playing" });
    this.#refresh();
  }

  #applySound(): void {
    const { volume, isMuted } = this.getSnapshot();
    this.#surface?.setSound(volume, isMuted);
    if (!isMuted) this.#store.patch({ needsUnmute: false });
  }

  #keep(change: Partial<PlayerSettings>): void {
    this.#store.patch(change);
    const { volume, isMuted, hasCaptions, isAudioOnly, quality, preference } = this.getSnapshot();
    keepPlayerSettings({ volume, isMuted, hasCaptions, isAudioOnly, quality, preference });
  }

  #refresh(): void {
    const state = this.#state;
    const timeline = this.#path?.readTimeline() ?? null;
    const before = this.getSnapshot().timeline;
    this.#store.patch({
      status: statusOf(state, {
        hasPlayed: this.#hasPlayed,
        hasEnded: this.#hasEnded,
        wantsPlay: this.#wantsPlay,
        isBuffering: this.#isBuffering,
      }),
      path: state.phase === "none" ? null : state.path,
      isAtLiveEdge: this.#wantsPlay && (this.#path?.isAtLiveEdge ?? false),
      behindSeconds: this.#path?.behindSeconds ?? null,
      timeline: timeline ?? (state.phase === "none" ? null : before),
    });
  }
}

function waysOf(programme: Programme): Path[] {
  if (programme.kind === "replay") return ["hls"];
  const ways: Path[] = typeof RTCPeerConnection === "undefined" ? [] : ["webrtc"];
  if (programme.playlistUrl !== null) ways.push("hls");
  return ways;
}
