/*
 * The programme out of LL-HLS playlists by hls.js. Times here are of three kinds: media time (the video
 * element's), instants (ms), and seconds from the programme's beginning, which is what the player speaks.
 */
import type HlsClass from "hls.js";
import { dateAt, timeAt } from "./dated-fragments.ts";
import { createFairAbr } from "./fair-abr.ts";
import { HlsDistance } from "./hls-distance.ts";
import type { PathEvents, PlaybackPath, Timeline } from "./playback-path.ts";
import type { Programme, Quality } from "./programme.ts";

export interface HlsPathOptions extends PathEvents {
  Hls: typeof HlsClass;
  video: HTMLVideoElement;
  programme: Programme;
  /** Where to begin, seconds from the programme's beginning; `null`: the live edge, or a replay's start. */
  startSeconds: number | null;
  isAudioOnly: boolean;
  quality: Quality;
}

/** Faults that hls.js may mend by itself before the path gives up. */
const MAX_MENDS = 2;
/** Who looks at the past has no more than this ahead: 5 MB at 2 Mbit/s, where hls.js alone would go on to 60 MB. */
const MAX_AHEAD_SECONDS = 20;
const EDGE_SLACK_SECONDS = 5;
/** So near the beginning of the near list, what is wanted is fetched by the whole one. */
const NEAR_MARGIN_MS = 20_000;

export class HlsPath implements PlaybackPath {
  readonly name = "hls";
  readonly #options: HlsPathOptions;
  #hls: HlsClass;
  #wantedSeconds: number | null;
  #isAudioOnly: boolean;
  #quality: Quality;
  #mends = 0;
  /**
   * The list that is open. `near` has the last five minutes and does not grow with the programme, in memory and in time
   * to read; `whole` is for those who rewind.
   */
  #reach: "near" | "whole";
  readonly #onEnded = () => this.#options.onEnded();

  constructor(options: HlsPathOptions) {
    this.#options = options;
    this.#wantedSeconds = options.startSeconds;
    this.#isAudioOnly = options.isAudioOnly;
    this.#quality = options.quality;
    this.#reach = this.#isLive && options.startSeconds === null ? "near" : "whole";
    this.#hls = this.#open(this.#address, this.#isLive ? -1 : (options.startSeconds ?? 0));
    options.video.addEventListener("ended", this.#onEnded);
  }

  get behindSeconds(): number | null {
    return this.#isLive && this.#hls.latestLevelDetails ? Math.max(0, this.#hls.latency) : null;
  }

  get #isLive(): boolean {
    return this.#options.programme.kind === "live";
  }

  get #address(): string {
    const whole = this.#options.programme.playlistUrl!;
    return this.#reach === "near" ? whole.replace(/main\.m3u8$/, "near.m3u8") : whole;
  }

  /** As near as hls.js itself chooses to be, give or take some seconds. */
  get isAtLiveEdge(): boolean {
    const { targetLatency, latency } = this.#hls;
    return (
      this.#isLive && this.#wantedSeconds === null && latency <= (targetLatency ?? 6) + EDGE_SLACK_SECONDS
    );
  }

  readTimeline(): Timeline | null {
    const { video, programme } = this.#options;
    if (programme.kind === "replay") {
      const end = Number.isFinite(video.duration) ? video.duration : programme.durationSeconds;
      return { startSeconds: 0, endSeconds: end, positionSeconds: this.#wantedSeconds ?? video.currentTime };
    }
    const details = this.#hls.latestLevelDetails;
    if (!details || details.fragments.length === 0) return null;
    const seconds = (time: number) => this.#secondsAt(time) ?? 0;
    return {
      // The near list says nothing of the beginning, which is there all the same.
      startSeconds: this.#isCutOff ? 0 : Math.max(0, seconds(details.fragmentStart)),
      endSeconds: seconds(details.edge),
      positionSeconds: this.#wantedSeconds ?? seconds(video.currentTime),
    };
  }

  /** Pictures where they are shown: sound may go on while the picture stands still behind a gap. */
  async readProgress(): Promise<number> {
    const { video } = this.#options;
    const isSeen = document.visibilityState === "visible" && video.videoWidth > 0 && !this.#isAudioOnly;
    return isSeen ? video.getVideoPlaybackQuality().totalVideoFrames : video.currentTime;
  }

  seekTo(seconds: number): boolean {
    this.#wantedSeconds = seconds;
    if (this.#isBeforeNear(seconds)) this.#reopen("whole");
    else this.#seekToWanted();
    return true;
  }

  goLive(): void {
    this.#wantedSeconds = null;
    if (this.#isLive && this.#reach === "whole") {
      this.#reopen("near");
      return;
    }
    const edge = this.#hls.liveSyncPosition;
    if (edge !== null) this.#options.video.currentTime = edge;
  }

  setPaused(): void {}

  setQuality(quality: Quality): void {
    this.#quality = quality;
    this.#applyQuality();
  }

  /** hls.js leaves audio-only variants out beside those with a picture, so the sound's own playlist is opened. */
  setAudioOnly(isAudioOnly: boolean): void {
    if (isAudioOnly === this.#isAudioOnly) return;
    this.#isAudioOnly = isAudioOnly;
    const address = isAudioOnly ? this.#hls.audioTracks[0]?.url : this.#address;
    if (!address) return;
    const timeline = this.readTimeline();
    this.#wantedSeconds ??= timeline && !this.isAtLiveEdge ? timeline.positionSeconds : null;
    const start = this.#startPosition;
    this.#hls.destroy();
    this.#hls = this.#open(address, start);
  }

  close(): void {
    this.#options.video.removeEventListener("ended", this.#onEnded);
    this.#hls.destroy();
    this.#options.video.removeAttribute("src");
    this.#options.video.load();
  }

  #open(address: string, startPosition: number): HlsClass {
    const { Hls, video } = this.#options;
    const hls = new Hls({
      lowLatencyMode: true,
      // CMAF is passed through as it comes: a worker would only cost a copy.
      enableWorker: false,
      backBufferLength: 60,
      maxBufferLength: MAX_AHEAD_SECONDS,
      maxMaxBufferLength: MAX_AHEAD_SECONDS,
      // Twelve hundredths faster is not heard as faster, and a second is caught up in eight.
      maxLiveSyncPlaybackRate: 1.12,
      // See hls-distance.ts.
      liveSyncOnStallIncrease: 0,
      capLevelToPlayerSize: true,
      abrController: createFairAbr(Hls),
      // Begins with the large picture.
      abrEwmaDefaultEstimate: 5_000_000,
      startPosition,
    });
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      this.#applyQuality();
      // Turned on before anything was loaded: now the sound's address is known.
      if (this.#isAudioOnly && address === this.#address) this.#reopenAudioOnly();
    });
    const distance = new HlsDistance();
    hls.on(Hls.Events.LEVEL_LOADED, (_, { details }) => {
      if (details.live)
        hls.targetLatency = distance.seconds(details.partHoldBack || details.holdBack, performance.now());
      if (this.#isLeavingNear()) queueMicrotask(() => this.#reopen("whole"));
      else this.#seekToWanted();
    });
    hls.on(Hls.Events.FRAG_BUFFERED, () => {
      this.#mends = 0;
      this.#seekToWanted();
    });
    hls.on(Hls.Events.ERROR, (_, error) => {
      if (error.details === Hls.ErrorDetails.BUFFER_STALLED_ERROR && this.isAtLiveEdge)
        distance.addStall(performance.now());
      if (!error.fatal) return;
      if (error.type === Hls.ErrorTypes.MEDIA_ERROR && this.#mends++ < MAX_MENDS) hls.recoverMediaError();
      else this.#options.onFailed(error.details);
    });
    hls.attachMedia(video);
    hls.loadSource(address);
    return hls;
  }

  /** Takes the other list, and goes on at the wanted second. */
  #reopen(reach: "near" | "whole"): void {
    this.#reach = reach;
    this.#options.onChangeOver();
    const start = this.#startPosition;
    this.#hls.destroy();
    this.#hls = this.#open(this.#address, start);
  }

  /**
   * Media time at which the next list is begun, -1 for the live edge. The whole list begins at 0, so nothing of the edge
   * is fetched first by who rewinds. Breaks in the programme are not on its axis, and behind a list's end hls.js stands
   * still: then it begins at the edge, and `#seekToWanted` does the rest in any case.
   */
  get #startPosition(): number {
    const seconds = this.#wantedSeconds;
    if (!this.#isLive) return seconds ?? 0;
    const details = this.#hls.latestLevelDetails;
    if (this.#reach === "near" || seconds === null || !details) return -1;
    const { fragments, edge, fragmentStart } = details;
    const segmentSeconds = (edge - fragmentStart) / fragments.length;
    const lengthSeconds = Number(fragments.at(-1)?.sn ?? 0) * segmentSeconds;
    return seconds * 1000 < lengthSeconds * 1000 - NEAR_MARGIN_MS ? seconds : -1;
  }

  /** The list that is open does not reach back to the programme's beginning. */
  get #isCutOff(): boolean {
    return this.#reach === "near" && Number(this.#hls.latestLevelDetails?.fragments[0]?.sn ?? 0) > 0;
  }

  #isBeforeNear(seconds: number): boolean {
    const { programme } = this.#options;
    const firstMs = this.#hls.latestLevelDetails?.fragments[0]?.programDateTime;
    if (programme.kind !== "live" || !this.#isCutOff || !firstMs) return false;
    return programme.liveSinceMs + seconds * 1000 < firstMs + NEAR_MARGIN_MS;
  }

  /** Who paused, or fell behind, is about to be left behind by the near list. */
  #isLeavingNear(): boolean {
    const { video } = this.#options;
    // Before it played, the element stands at the list's beginning.
    const seconds =
      this.#wantedSeconds ?? (video.played.length > 0 ? this.#secondsAt(video.currentTime) : null);
    if (seconds === null || !this.#isBeforeNear(seconds)) return false;
    this.#wantedSeconds = seconds;
    return true;
  }

  #reopenAudioOnly(): void {
    this.#isAudioOnly = false;
    queueMicrotask(() => this.setAudioOnly(true));
  }

  #applyQuality(): void {
    if (this.#quality === "auto") {
      this.#hls.nextLevel = -1;
      return;
    }
    const height = Number(this.#quality);
    const level = this.#hls.levels.findIndex((one) => one.height === height);
    // A programme of other sizes: the smallest or largest stands for what was asked.
    const fallback = height < 500 ? 0 : this.#hls.levels.length - 1;
    this.#hls.nextLevel = level >= 0 ? level : fallback;
  }

  #secondsAt(time: number): number | null {
    const { programme } = this.#options;
    if (programme.kind === "replay") return time;
    const date = dateAt(this.#hls.latestLevelDetails?.fragments ?? [], time);
    return date === null ? null : (date - programme.liveSinceMs) / 1000;
  }

  /** Goes to the second that was asked for, as soon as the playlist and the element know it. */
  #seekToWanted(): void {
    const { video, programme } = this.#options;
    const seconds = this.#wantedSeconds;
    if (seconds === null || video.readyState === 0) return;
    if (programme.kind === "replay") {
      this.#wantedSeconds = null;
      video.currentTime = Math.min(seconds, programme.durationSeconds);
      return;
    }
    const details = this.#hls.latestLevelDetails;
    if (!details) return;
    const time = timeAt(details.fragments, programme.liveSinceMs + seconds * 1000);
    if (time === null) return;
    this.#wantedSeconds = null;
    video.currentTime = Math.min(time, this.#hls.liveSyncPosition ?? time);
  }
}
