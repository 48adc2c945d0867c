/*
 * The video element and its frame as the player uses them: starting against autoplay rules, sound, full screen,
 * picture in picture, and a still of the last picture while one way gives place to another.
 */
export interface SurfaceEvents {
  onPlaying: () => void;
  onWaiting: () => void;
  onTime: () => void;
  /** Somebody pressed play or pause outside the page: a headset, the picture-in-picture window, the system. */
  onPlayIntent: (wantsPlay: boolean) => void;
  onModes: (modes: { isFullscreen: boolean; isPictureInPicture: boolean }) => void;
  onUnmuteNeeded: (needsUnmute: boolean) => void;
}

type AppleVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

export class VideoSurface {
  readonly video: HTMLVideoElement;
  readonly #frame: HTMLElement;
  readonly #events: SurfaceEvents;
  readonly #listening = new AbortController();
  #still: HTMLCanvasElement | null = null;
  #wantsPlay = false;

  constructor(video: HTMLVideoElement, frame: HTMLElement, events: SurfaceEvents) {
    this.video = video;
    this.#frame = frame;
    this.#events = events;
    const { signal } = this.#listening;
    const on = (name: string, handler: () => void) => video.addEventListener(name, handler, { signal });
    on("playing", () => events.onPlaying());
    on("waiting", () => events.onWaiting());
    on("timeupdate", () => events.onTime());
    on("seeked", () => events.onTime());
    on("durationchange", () => events.onTime());
    // Who paused sees the new source's picture as soon as it is there; else the still goes at `playing`.
    on("loadeddata", () => !this.#wantsPlay && this.thaw());
    // A new source pauses the element without saying so.
    on("canplay", () => this.#wantsPlay && video.paused && this.play());
    on("play", () => events.onPlayIntent(true));
    on("pause", () => {
      if (video.ended) return;
      this.#wantsPlay = false;
      events.onPlayIntent(false);
    });
    const modes = () =>
      events.onModes({
        isFullscreen: document.fullscreenElement === frame,
        isPictureInPicture: document.pictureInPictureElement === video,
      });
    on("enterpictureinpicture", modes);
    on("leavepictureinpicture", modes);
    document.addEventListener("fullscreenchange", modes, { signal });
  }

  /** Plays, and where the browser forbids sound without a gesture, plays without. */
  play(): void {
    this.#wantsPlay = true;
    this.video.play().catch((error: unknown) => {
      if (!isNotAllowed(error) || this.#listening.signal.aborted) return;
      if (this.video.muted) return this.#events.onPlayIntent(false);
      this.video.muted = true;
      this.#events.onUnmuteNeeded(true);
      this.video.play().catch((again: unknown) => {
        if (isNotAllowed(again)) this.#events.onPlayIntent(false);
      });
    });
  }

  pause(): void {
    this.#wantsPlay = false;
    this.video.pause();
  }

  setSound(volume: number, isMuted: boolean): void {
    this.video.volume = volume;
    this.video.muted = isMuted;
  }

  toggleFullscreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (this.#frame.requestFullscreen) void this.#frame.requestFullscreen().catch(() => {});
    else (this.video as AppleVideo).webkitEnterFullscreen?.();
  }

  togglePictureInPicture(): void {
    if (document.pictureInPictureElement) void document.exitPictureInPicture();
    else void this.video.requestPictureInPicture?.().catch(() => {});
  }

  /** Puts a still of the present picture over the element. */
  freeze(): void {
    const { videoWidth, videoHeight } = this.video;
    if (videoWidth === 0 || this.#still) return;
    const still = document.createElement("canvas");
    still.width = videoWidth;
    still.height = videoHeight;
    still.className = "player-still";
    still.setAttribute("aria-hidden", "true");
    still.getContext("2d")?.drawImage(this.video, 0, 0);
    this.video.after(still);
    this.#still = still;
  }

  thaw(): void {
    this.#still?.remove();
    this.#still = null;
  }

  close(): void {
    this.#listening.abort();
    this.thaw();
    if (document.fullscreenElement === this.#frame) void document.exitFullscreen();
    if (document.pictureInPictureElement === this.video) void document.exitPictureInPicture();
  }
}

function isNotAllowed(error: unknown): boolean {
  return error instanceof DOMException && error.name === "NotAllowedError";
}
