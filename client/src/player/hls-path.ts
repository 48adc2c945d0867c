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
const EDGE_SLACK_SECONDS = 5;

export class HlsPath implements PlaybackPath {
  readonly name = "hls";
  readonly #options: HlsPathOptions;
  #hls: HlsClass;
  #wantedSeconds: number | null;
  #isAudioOnly: boolean;
  #quality: Quality;
  #mends = 0;
  readonly #onEnded = () => this.#options.onEnded();

  constructor(options: HlsPathOptions) {
    this.#options = options;
    this.#wantedSeconds = options.startSeconds;
    this.#isAudioOnly = options.isAudioOnly;
    this.#quality = options.quality;
    this.#hls = this.#open(options.programme.playlistUrl!);
    options.video.addEventListener("ended", this.#onEnded);
  }

  get behindSeconds(): number | null {
    return this.#isLive && this.#hls.latestLevelDetails ? Math.max(0, this.#hls.latency) : null;
  }

  get #isLive(): boolean {
    return this.#options.programme.kind === "live";
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
      startSeconds: Math.max(0, seconds(details.fragmentStart)),
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
    this.#seekToWanted();
    return true;
  }

  goLive(): void {
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
    const address = isAudioOnly ? this.#hls.audioTracks[0]?.url : this.#options.programme.playlistUrl;
    if (!address) return;
    const timeline = this.readTimeline();
    this.#wantedSeconds = timeline && !this.isAtLiveEdge ? timeline.positionSeconds : null;
    this.#hls.destroy();
    this.#hls = this.#open(address);
  }

  close(): void {
    this.#options.video.removeEventListener("ended", this.#onEnded);
    this.#hls.destroy();
    this.#options.video.removeAttribute("src");
    this.#options.video.load();
  }

  #open(address: string): HlsClass {
    const { Hls, video } = this.#options;
    const hls = new Hls({
      lowLatencyMode: true,
      // CMAF is passed through as it comes: a worker would only cost a copy.
      enableWorker: false,
      backBufferLength: 60,
      maxBufferLength: 20,
      // Twelve hundredths faster is not heard as faster, and a second is caught up in eight.
      maxLiveSyncPlaybackRate: 1.12,
      // See hls-distance.ts.
      liveSyncOnStallIncrease: 0,
      capLevelToPlayerSize: true,
      abrController: createFairAbr(Hls),
      // Begins with the large picture.
      abrEwmaDefaultEstimate: 5_000_000,
      startPosition: this.#isLive ? -1 : (this.#wantedSeconds ?? 0),
    });
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      this.#applyQuality();
      // Turned on before anything was loaded: now the sound's address is known.
      if (this.#isAudioOnly && address === this.#options.programme.playlistUrl) this.#reopenAudioOnly();
    });
    const distance = new HlsDistance();
    hls.on(Hls.Events.LEVEL_LOADED, (_, { details }) => {
      if (details.live)
        hls.targetLatency = distance.seconds(details.partHoldBack || details.holdBack, performance.now());
      this.#seekToWanted();
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
