/*
 * Many WebRTC peers without browsers (tests/load/webrtc, in Go with Pion's DTLS and SRTP): viewers that count what they
 * are sent, presenters that send files, and made-up programmes over plain RTP. One process; ended by `close()`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createInterface } from "node:readline";
import { buildLoad } from "../../load/set-up.ts";

/** Instants are milliseconds since 1970, with fractions; 0: never. */
export interface StreamCounts {
  packets: number;
  bytes: number;
  /** Sequence numbers that never came, and that came again, since the last reset. */
  lost: number;
  duplicated: number;
  reordered: number;
  frames: number;
  firstAtMs: number;
  lastAtMs: number;
  /** Between two packets since the last reset, or since the last one until now. */
  longestGapMs: number;
  /** RTP streams (SSRCs) that it came in. */
  streams: number;
}

export interface PeerStats {
  id: string;
  group: string;
  state: "checking" | "connecting" | "connected" | "failed" | "closed";
  /** SRTP: AEAD_AES_128_GCM or AES_CM_128_HMAC_SHA1_80. */
  profile: "" | "gcm" | "cm80";
  failure: string;
  openedAtMs: number;
  connectedAtMs: number;
  /** The first whole H.264 key frame was there. */
  firstPictureAtMs: number;
  /** Whole key frames. Only the first where `decrypt` is `first`. */
  pictures: number;
  rtcpPackets: number;
  /** Key frames that the server asked of this presenter since the last reset. */
  pliReceived: number;
  firReceived: number;
  audio: StreamCounts;
  video: StreamCounts;
  rtx: StreamCounts;
  sent: { kind: "audio" | "video"; packets: number; bytes: number }[];
}

/** Of packets that a `source` of this machine stamped. */
export interface Latency {
  count: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
}

export interface SourceStats {
  ssrc: number;
  kind: "audio" | "video";
  packets: number;
  bytes: number;
  keyFrames: number;
  keyFramesRequested: number;
}

export interface WebrtcStats {
  atMs: number;
  /** That the load process used since its start. */
  cpuSeconds: number;
  peers: PeerStats[];
  sources: Record<string, SourceStats[]>;
  latency: { audio?: Latency; video?: Latency };
}

export interface PeerOptions {
  id: string;
  /** To read, reset and close peers together. */
  group?: string;
  /** A complete offer (./session-description.ts writes one). */
  sdp: string;
  protocol?: "udp" | "tcp";
  /** SRTP profiles offered in DTLS. Default both. */
  profiles?: ("gcm" | "cm80")[];
  /** `first`: video until the first picture only, the cheapest; no latency then. Default `all`. */
  decrypt?: "all" | "first";
  /** Between receiver reports; 0: none. Default 1000. */
  reportMs?: number;
  /** Files that a presenter sends over and over. */
  send?: SentFile[];
}

/** H.264 as Annex B with its `fps`, or Opus packets of 20 ms, each after its length in two bytes (big-endian). */
export interface SentFile {
  kind: "audio" | "video";
  file: string;
  fps?: number;
  /** Goes on where it is when a key frame is asked for, instead of beginning anew. */
  keepsPlace?: boolean;
  ssrc: number;
  payloadType: number;
  cname?: string;
  mid?: string;
  /** Header extension's id for the MID; 0 or none: left out. */
  midExtension?: number;
}

export interface SourceStream {
  kind: "audio" | "video";
  /** `IP:PORT`. */
  address: string;
  rtcpAddress?: string;
  payloadType: number;
  ssrc: number;
  kbps: number;
  fps?: number;
  gopSeconds?: number;
}

interface PeerEvent {
  event: "state" | "picture";
  id: string;
  state?: PeerStats["state"];
  error?: string;
  profile?: PeerStats["profile"];
  atMs?: number;
  afterMs?: number;
}

/** Longer than a handshake's deadline and a few key frames. */
const HEARING_MS = 40_000;

export class WebrtcLoad {
  /** SHA-256 of the certificate that all its peers show, for who connects a transport before its offer is there. */
  readonly fingerprint: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #told = new Map<string, PeerEvent>();
  #lastNumber = 0;

  /**
   * Builds it where needed. Its threads stay on `core` when that is given; with `yields` it gives way to whom it
   * loads, where they share cores: instants of arrival are the kernel's, however late they are read.
   */
  static async start({
    core,
    yields = false,
  }: {
    core?: number;
    yields?: boolean;
  } = {}): Promise<WebrtcLoad> {
    const binary = await buildLoad("webrtc", ["pion"]);
    const [command, ...args] = [
      ...(yields ? ["nice", "-n", "10"] : []),
      ...(core === undefined ? [] : ["taskset", "-c", String(core)]),
      binary,
    ];
    const child = spawn(command!, args, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...(core === undefined ? {} : { GOMAXPROCS: "1" }) },
    });
    const lines = createInterface({ input: child.stdout });
    const first = await Promise.race([once(lines, "line"), once(child, "exit").then(() => null)]);
    if (first === null) throw new Error("the load client ended at its start");
    const { fingerprint } = JSON.parse(String(first[0])) as { fingerprint: string };
    return new WebrtcLoad(child, lines, fingerprint.toUpperCase());
  }

  private constructor(
    child: ChildProcess,
    lines: { on(event: "line", listener: (line: string) => void): unknown },
    fingerprint: string,
  ) {
    this.#child = child;
    this.fingerprint = fingerprint;
    lines.on("line", (line) => this.#take(line));
    child.once("exit", (code) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`the WebRTC load client ended (${code})`));
      this.#waiting.clear();
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** As `dtlsParameters` of a request to enter, before there is an offer. */
  get dtlsParameters(): {
    role: "client";
    fingerprints: { algorithm: "sha-256"; value: string }[];
  } {
    return { role: "client", fingerprints: [{ algorithm: "sha-256", value: this.fingerprint }] };
  }

  /** Opens a peer, which begins to connect at once. Resolves with its SDP answer. */
  async offer(options: PeerOptions): Promise<string> {
    const { sdp } = await this.ask("offer", { reportMs: 1_000, decrypt: "all", ...options });
    return String(sdp);
  }

  /** Milliseconds since 1970 at which DTLS was done. @throws when the peer fails */
  async connected(id: string): Promise<number> {
    return (await this.#heard(`connected ${id}`)).atMs!;
  }

  /** Milliseconds since 1970 at which the first whole key frame was there. @throws when the peer fails first */
  async picture(id: string): Promise<number> {
    return (await this.#heard(`picture ${id}`)).atMs!;
  }

  /** Of one peer, a group, or all. */
  async stats(of: { id?: string; group?: string } = {}): Promise<WebrtcStats> {
    return (await this.ask("stats", of)) as unknown as WebrtcStats;
  }

  async reset(of: { id?: string; group?: string } = {}): Promise<void> {
    await this.ask("reset", of);
  }

  /** Asks the server for a key frame of each video stream. */
  async requestKeyFrame(of: { id?: string; group?: string } = {}): Promise<void> {
    await this.ask("pli", of);
  }

  async restartIce(id: string, ice: { usernameFragment: string; password: string }): Promise<void> {
    await this.ask("restartIce", { id, ...ice });
  }

  async closePeers(of: { id?: string; group?: string } = {}): Promise<void> {
    await this.ask("close", of);
    for (const key of this.#told.keys()) {
      if (of.id === undefined ? of.group === undefined : key.endsWith(` ${of.id}`)) this.#told.delete(key);
    }
  }

  /** A made-up programme of an even rate over plain RTP, each packet stamped with its instant. */
  async openSource(id: string, streams: SourceStream[]): Promise<void> {
    await this.ask("source", { id, streams });
  }

  /** Makes the source's next picture (of one stream, or of all) a key frame. */
  async makeKeyFrame(id: string, ssrc = 0): Promise<void> {
    await this.ask("keyFrame", { id, ssrc });
  }

  async closeSource(id: string): Promise<void> {
    await this.ask("closeSource", { id });
  }

  /** One operation; see tests/load/webrtc/main.go. @throws what it answers as an error, or when it ended */
  ask(op: string, fields: object): Promise<Record<string, unknown>> {
    const n = ++this.#lastNumber;
    const waiting = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(n, waiting);
    this.#child.stdin!.write(`${JSON.stringify({ n, op, ...fields })}\n`);
    return waiting.promise;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.stdin!.end();
    this.#child.kill();
    await gone;
  }

  #take(line: string): void {
    const message = JSON.parse(line) as Record<string, unknown> & { n?: number };
    if (message.n === undefined) {
      this.#hear(message as unknown as PeerEvent);
      return;
    }
    const waiting = this.#waiting.get(message.n);
    this.#waiting.delete(message.n);
    if (message.ok === true) waiting?.resolve(message);
    else waiting?.reject(new Error(String(message.error)));
  }

  #hear(event: PeerEvent): void {
    const keys =
      event.event === "picture"
        ? [`picture ${event.id}`]
        : event.state === "failed"
          ? [`connected ${event.id}`, `picture ${event.id}`]
          : event.state === "connected"
            ? [`connected ${event.id}`]
            : [];
    for (const key of keys) {
      this.#told.set(key, event);
      this.#events.emit(key, event);
    }
  }

  async #heard(key: string): Promise<PeerEvent> {
    const event = this.#told.get(key) ?? (await this.#hearing(key));
    if (event.state === "failed") throw new Error(`${key}: ${event.error}`);
    return event;
  }

  async #hearing(key: string): Promise<PeerEvent> {
    const signal = AbortSignal.timeout(HEARING_MS);
    try {
      return (await once(this.#events, key, { signal }))[0] as PeerEvent;
    } catch (cause) {
      throw new Error(`${key}: not within ${HEARING_MS / 1_000} s`, { cause });
    }
  }
}
