import type { AudienceEntrance, OpenAudienceEntrance } from "./audience-entrance.ts";
import type { PathEvents, PlaybackPath, Timeline } from "./playback-path.ts";
import type { LiveProgramme, Quality } from "./programme.ts";

export interface WebrtcPathOptions extends PathEvents {
  video: HTMLVideoElement;
  programme: LiveProgramme;
  openEntrance: OpenAudienceEntrance;
  isAudioOnly: boolean;
  quality: Quality;
  /** ms since the epoch by the server's clock. */
  now: () => number;
}

/** The programme out of the audience room: hardly any delay, and no past. */
export class WebrtcPath implements PlaybackPath {
  readonly name = "webrtc";
  readonly behindSeconds = null;
  readonly isAtLiveEdge = true;
  readonly #entrance: AudienceEntrance;
  readonly #options: WebrtcPathOptions;
  readonly #stop: () => void;

  constructor(options: WebrtcPathOptions) {
    this.#options = options;
    const { video, programme, openEntrance, isAudioOnly, quality } = options;
    this.#entrance = openEntrance(programme.stageId, { isAudioOnly, quality });
    this.#stop = this.#entrance.subscribe(() => {
      const state = this.#entrance.getSnapshot();
      if (state.phase === "closed") options.onFailed(state.reason);
    });
    video.srcObject = this.#entrance.stream;
  }

  get isLineFull(): boolean {
    return this.#entrance.isLineFull;
  }

  readTimeline(): Timeline {
    const seconds = Math.max(0, (this.#options.now() - this.#options.programme.liveSinceMs) / 1000);
    return { startSeconds: 0, endSeconds: seconds, positionSeconds: seconds };
  }

  readProgress(): Promise<number> {
    return this.#entrance.readProgress();
  }

  mend(): boolean {
    return this.#entrance.mend();
  }

  seekTo(): boolean {
    return false;
  }

  goLive(): void {}

  setPaused(isPaused: boolean): void {
    this.#entrance.setPaused(isPaused);
  }

  setAudioOnly(isAudioOnly: boolean): void {
    this.#entrance.setAudioOnly(isAudioOnly);
  }

  setQuality(quality: Quality): void {
    this.#entrance.setQuality(quality);
  }

  close(): void {
    this.#stop();
    this.#entrance.close();
    this.#options.video.srcObject = null;
  }
}
