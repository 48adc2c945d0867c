import { Store } from "../api/store.ts";

/*
 * This page's camera, microphone and shared screen. Owns the tracks; `close()` ends them all.
 * Knows nothing of rooms: whoever sends a track listens to `onTrack`.
 */

export type LocalSource = "microphone" | "camera" | "screen";

/** Why there is no track; each has a sentence and a way on in the interface. */
export type DeviceFault = "denied" | "none" | "busy" | "lost" | "cancelled" | "unsupported" | "unknown";

export interface LocalDevice {
  track: MediaStreamTrack | null;
  /** Chosen but silent or dark. */
  isMuted: boolean;
  isBusy: boolean;
  fault: DeviceFault | null;
  deviceId: string | null;
}

export interface DevicesSnapshot {
  microphone: LocalDevice;
  camera: LocalDevice;
  screen: LocalDevice;
  /** Empty labels before permission was given. */
  microphones: MediaDeviceInfo[];
  cameras: MediaDeviceInfo[];
  canShareScreen: boolean;
}

const idle: LocalDevice = { track: null, isMuted: false, isBusy: false, fault: null, deviceId: null };

const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 25, max: 30 },
};
const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

export class LocalDevices {
  readonly #store = new Store<DevicesSnapshot>({
    microphone: idle,
    camera: idle,
    screen: idle,
    microphones: [],
    cameras: [],
    canShareScreen: typeof navigator.mediaDevices?.getDisplayMedia === "function",
  });
  readonly #trackListeners = new Set<(source: LocalSource, device: LocalDevice) => void>();
  readonly #video: MediaTrackConstraints;
  /** Counts what was asked of each source: what an older start brings is not wanted any more. */
  readonly #turns: Record<LocalSource, number> = { microphone: 0, camera: 0, screen: 0 };
  #isClosed = false;

  /** `video`: constraints of the camera, 1280×720 at 25 when left out. */
  constructor(options: { video?: MediaTrackConstraints } = {}) {
    this.#video = options.video ?? VIDEO;
    navigator.mediaDevices?.addEventListener("devicechange", this.#list);
  }

  subscribe = this.#store.subscribe;
  getSnapshot = this.#store.getSnapshot;

  /** Called whenever a source's track or mute changes. */
  onTrack(listener: (source: LocalSource, device: LocalDevice) => void): () => void {
    this.#trackListeners.add(listener);
    return () => this.#trackListeners.delete(listener);
  }

  /**
   * Turns a source on, or changes its device while it is on. Without `chosenId` it is the device of the last time, or
   * any other where that one is gone. Faults are told in the snapshot.
   */
  async start(source: LocalSource, chosenId?: string): Promise<void> {
    const turn = ++this.#turns[source];
    const isWanted = () => !this.#isClosed && turn === this.#turns[source];
    if (this.#isClosed) return;
    if (!navigator.mediaDevices) return this.#change(source, { fault: "unsupported" });
    this.#change(source, { isBusy: true, fault: null });
    try {
      const stream = await this.#capture(source, chosenId).catch((error: unknown) => {
        // Many phones run one camera at a time: the former makes way, and is not there any more if this fails too.
        const { track } = this.getSnapshot()[source];
        if (source !== "camera" || !track || !isWanted() || faultOf(error, source) !== "busy") throw error;
        track.stop();
        this.#change(source, { track: null });
        return this.#capture(source, chosenId);
      });
      const track = stream.getTracks()[0] ?? null;
      if (!isWanted() || !track) {
        track?.stop();
        return;
      }
      const { track: former, isMuted } = this.getSnapshot()[source];
      track.addEventListener("ended", () => this.#lose(source, track));
      track.enabled = source === "screen" || !isMuted;
      const deviceId = track.getSettings().deviceId ?? chosenId ?? null;
      this.#change(source, { track, isBusy: false, deviceId });
      former?.stop();
      await this.#list();
    } catch (error) {
      if (isWanted()) this.#change(source, { isBusy: false, fault: faultOf(error, source) });
    }
  }

  /** Starts one after the other, as browsers ask about one at a time; what is stopped meanwhile is left out. */
  async startEach(...sources: LocalSource[]): Promise<void> {
    const asked = sources.map((source) => ({ source, turn: this.#turns[source] }));
    for (const { source, turn } of asked) if (turn === this.#turns[source]) await this.start(source);
  }

  stop(source: LocalSource): void {
    this.#turns[source]++;
    const { track } = this.getSnapshot()[source];
    this.#change(source, { track: null, isMuted: false, isBusy: false, fault: null });
    track?.stop();
  }

  setMuted(source: "microphone" | "camera", isMuted: boolean): void {
    const { track } = this.getSnapshot()[source];
    if (track) track.enabled = !isMuted;
    this.#change(source, { isMuted });
  }

  close(): void {
    this.#isClosed = true;
    navigator.mediaDevices?.removeEventListener("devicechange", this.#list);
    for (const source of ["microphone", "camera", "screen"] as const)
      this.getSnapshot()[source].track?.stop();
    this.#trackListeners.clear();
  }

  #capture(source: LocalSource, chosenId: string | undefined): Promise<MediaStream> {
    const { deviceId: formerId } = this.getSnapshot()[source];
    const former = formerId ? { deviceId: { ideal: formerId } } : {};
    const chosen = chosenId ? { deviceId: { exact: chosenId } } : former;
    switch (source) {
      case "screen":
        return navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
      case "camera":
        return navigator.mediaDevices.getUserMedia({ video: { ...this.#video, ...chosen } });
      case "microphone":
        return navigator.mediaDevices.getUserMedia({ audio: { ...AUDIO, ...chosen } });
    }
  }

  #lose(source: LocalSource, track: MediaStreamTrack): void {
    if (this.getSnapshot()[source].track !== track) return;
    // The browser's own "stop sharing" ends a screen; a camera or microphone that ends was unplugged.
    this.#change(source, { track: null, fault: source === "screen" ? null : "lost" });
  }

  #change(source: LocalSource, change: Partial<LocalDevice>): void {
    if (this.#isClosed) return;
    const device = { ...this.getSnapshot()[source], ...change };
    this.#store.patch({ [source]: device });
    if ("track" in change || "isMuted" in change) {
      for (const listener of this.#trackListeners) listener(source, device);
    }
  }

  #list = async (): Promise<void> => {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    if (this.#isClosed) return;
    this.#store.patch({
      microphones: devices.filter((device) => device.kind === "audioinput"),
      cameras: devices.filter((device) => device.kind === "videoinput"),
    });
  };
}

/** Names of `DOMException` as Media Capture and Streams defines them. */
function faultOf(error: unknown, source: LocalSource): DeviceFault {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError")
    return source === "screen" ? "cancelled" : "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unknown";
}
