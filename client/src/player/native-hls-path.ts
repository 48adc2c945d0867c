import type { PathEvents, PlaybackPath, Timeline } from "./playback-path.ts";
import type { Programme } from "./programme.ts";

export interface NativeHlsPathOptions extends PathEvents {
  video: HTMLVideoElement;
  programme: Programme;
  startSeconds: number | null;
}

/** Players without low latency stay three segments and more behind. */
const EDGE_SECONDS = 15;

/** HLS by the browser itself, where Media Source Extensions are lacking (older iPhones). */
export class NativeHlsPath implements PlaybackPath {
  readonly name = "hls";
  readonly #options: NativeHlsPathOptions;
  readonly #onError = () => this.#options.onFailed("native_error");
  readonly #onEnded = () => this.#options.onEnded();
  readonly #onLoaded = () => {
    if (this.#options.startSeconds !== null) this.seekTo(this.#options.startSeconds);
  };

  constructor(options: NativeHlsPathOptions) {
    this.#options = options;
    const { video, programme } = options;
    video.addEventListener("error", this.#onError);
    video.addEventListener("ended", this.#onEnded);
    video.addEventListener("loadedmetadata", this.#onLoaded, { once: true });
    video.src = programme.playlistUrl!;
  }

  get behindSeconds(): number | null {
    const timeline = this.#options.programme.kind === "live" ? this.readTimeline() : null;
    return timeline && timeline.endSeconds - timeline.positionSeconds;
  }

  get isAtLiveEdge(): boolean {
    return (this.behindSeconds ?? Number.POSITIVE_INFINITY) < EDGE_SECONDS;
  }

  readTimeline(): Timeline | null {
    const { video } = this.#options;
    if (video.seekable.length === 0) return null;
    const offset = this.#offsetSeconds();
    return {
      startSeconds: Math.max(0, video.seekable.start(0) - offset),
      endSeconds: video.seekable.end(video.seekable.length - 1) - offset,
      positionSeconds: video.currentTime - offset,
    };
  }

  async readProgress(): Promise<number> {
    return this.#options.video.currentTime;
  }

  seekTo(seconds: number): boolean {
    this.#options.video.currentTime = seconds + this.#offsetSeconds();
    return true;
  }

  goLive(): void {
    const { video } = this.#options;
    if (video.seekable.length > 0) video.currentTime = video.seekable.end(video.seekable.length - 1);
  }

  setPaused(): void {}
  setAudioOnly(): void {}
  setQuality(): void {}

  close(): void {
    const { video } = this.#options;
    video.removeEventListener("error", this.#onError);
    video.removeEventListener("ended", this.#onEnded);
    video.removeEventListener("loadedmetadata", this.#onLoaded);
    video.removeAttribute("src");
    video.load();
  }

  /** Media time of the programme's beginning. */
  #offsetSeconds(): number {
    const { video, programme } = this.#options;
    if (programme.kind === "replay") return 0;
    const start = (video as { getStartDate?: () => Date }).getStartDate?.().getTime();
    return start === undefined || Number.isNaN(start) ? 0 : (programme.liveSinceMs - start) / 1000;
  }
}
