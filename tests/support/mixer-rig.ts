import { type ChildProcess, fork } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MixerCommand, MixerConfig, MixerNotice, RtpTarget } from "../../media/mixer/mixer-messages.ts";
import { parseRtp, type RtpPacket } from "../../media/mixer/rtp/rtp-packet.ts";

const MAIN = fileURLToPath(new URL("../../media/mixer/main.ts", import.meta.url));

/** RTP and RTCP of one outgoing stream, as a transport would receive them. */
export class RtpCatcher {
  readonly target: RtpTarget;
  readonly packets: { packet: RtpPacket; atMs: number }[] = [];
  readonly reports: Buffer[] = [];
  readonly #sockets: Socket[];

  private constructor(target: RtpTarget, sockets: Socket[]) {
    this.target = target;
    this.#sockets = sockets;
    sockets[0]!.on("message", (datagram) => {
      const packet = parseRtp(Buffer.from(datagram));
      if (packet) this.packets.push({ packet, atMs: performance.now() });
    });
    sockets[1]!.on("message", (datagram) => this.reports.push(Buffer.from(datagram)));
  }

  static async create(payloadType: number, ssrc: number): Promise<RtpCatcher> {
    const sockets = [await boundSocket(), await boundSocket()];
    const [port, rtcpPort] = sockets.map((socket) => socket.address().port);
    return new RtpCatcher({ ip: "127.0.0.1", port: port!, rtcpPort: rtcpPort!, payloadType, ssrc }, sockets);
  }

  /** Wall clock (ms since the epoch) of an RTP timestamp, as the newest sender report tells it. */
  wallMs(timestamp: number, clockRate: number): number {
    const report = this.reports.at(-1);
    if (!report) throw new Error("no sender report yet");
    const reportMs = (report.readUInt32BE(8) - 2_208_988_800 + report.readUInt32BE(12) / 2 ** 32) * 1000;
    return reportMs + ((timestamp - report.readUInt32BE(16)) / clockRate) * 1000;
  }

  close(): void {
    for (const socket of this.#sockets.splice(0)) socket.close();
  }
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket({ type: "udp4", recvBufferSize: 4 << 20 });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

/** A UDP port that was free a moment ago. */
async function freePort(): Promise<number> {
  const socket = await boundSocket();
  const { port } = socket.address();
  socket.close();
  return port;
}

export interface RigOptions {
  widthPx: number;
  heightPx: number;
  fps: number;
  title?: string;
}

/** A real mixer process and all that it says. */
export class MixerRig {
  readonly child: ChildProcess;
  readonly notices: { notice: MixerNotice; atMs: number }[] = [];
  readonly config: MixerConfig;
  readonly big: RtpCatcher;
  readonly small: RtpCatcher;
  readonly sound: RtpCatcher;
  readonly #tempFolder: string;

  private constructor(
    child: ChildProcess,
    config: MixerConfig,
    made: { big: RtpCatcher; small: RtpCatcher; sound: RtpCatcher; tempFolder: string },
  ) {
    this.child = child;
    this.config = config;
    this.big = made.big;
    this.small = made.small;
    this.sound = made.sound;
    this.#tempFolder = made.tempFolder;
    child.on("message", (notice: MixerNotice) => this.notices.push({ notice, atMs: performance.now() }));
  }

  static async create({ widthPx, heightPx, fps, title }: RigOptions): Promise<MixerRig> {
    const big = await RtpCatcher.create(101, 2222);
    const small = await RtpCatcher.create(101, 1111);
    const sound = await RtpCatcher.create(100, 3333);
    const config: MixerConfig = {
      stageId: "7c3a3a52-2f59-4d6c-9a2e-0d4b0a0f1a11",
      canvas: { widthPx, heightPx, fps },
      rungs: [
        {
          name: "v720",
          widthPx,
          heightPx,
          videoKbps: widthPx >= 1280 ? 2000 : 800,
          isSteady: false,
          rtp: big.target,
        },
        {
          name: "v360",
          widthPx: widthPx / 2,
          heightPx: heightPx / 2,
          videoKbps: 280,
          isSteady: true,
          rtp: small.target,
        },
      ],
      audio: { opusKbps: 64, aacKbps: 96, rtp: sound.target },
      segmentSeconds: 2,
      partSeconds: 1 / 3,
      slate: {
        reason: "starting-soon",
        eventName: "Järjestömessut 2026",
        title: title ?? "Pian alkaa",
        subtitle: "",
        nextLine: "",
      },
    };
    const tempFolder = await mkdtemp(join(tmpdir(), "torilla-mixer-rig-"));
    const child = fork(MAIN, {
      serialization: "advanced",
      execPath: process.execPath,
      execArgv: [],
      env: { ...process.env, TMPDIR: tempFolder },
    });
    const rig = new MixerRig(child, config, { big, small, sound, tempFolder });
    rig.send({ type: "start", config });
    await rig.waitFor((notice) => notice.type === "started");
    return rig;
  }

  send(command: MixerCommand): void {
    this.child.send(command);
  }

  /** Adds a source that comes by RTP; answers where to send it. */
  async addRtp(
    sourceId: string,
    codec: "h264" | "opus",
    options: { cname?: string } = {},
  ): Promise<RtpTarget> {
    const target = {
      ip: "127.0.0.1",
      port: await freePort(),
      rtcpPort: await freePort(),
      payloadType: codec === "h264" ? 101 : 100,
      ssrc: Math.floor(Math.random() * 0xffffffff),
    };
    const { port, rtcpPort, payloadType, ssrc } = target;
    this.send({
      type: "addSource",
      sourceId,
      kind: codec === "h264" ? "video" : "audio",
      origin: { type: "rtp", port, rtcpPort, payloadType, ssrc, codec, cname: options.cname ?? sourceId },
    });
    return target;
  }

  /** Notices of one type so far. */
  of<Type extends MixerNotice["type"]>(type: Type): Extract<MixerNotice, { type: Type }>[] {
    return this.notices.flatMap(({ notice }) =>
      notice.type === type ? [notice as Extract<MixerNotice, { type: Type }>] : [],
    );
  }

  /** The first notice (from `since` on, a count of notices) for which `test` holds. */
  async waitFor(
    test: (notice: MixerNotice) => boolean,
    options: { timeoutMs?: number; since?: number } = {},
  ): Promise<MixerNotice> {
    const { timeoutMs = 10_000, since = 0 } = options;
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const found = this.notices.slice(since).find(({ notice }) => test(notice));
      if (found) return found.notice;
      if (performance.now() > endMs || this.child.exitCode !== null) {
        const last = this.notices.slice(-5).map(({ notice }) => notice.type);
        throw new Error(
          `no such notice in ${timeoutMs} ms (exit ${this.child.exitCode}); last: ${last.join(", ")}`,
        );
      }
      await sleep(10);
    }
  }

  /** Asks it to close; answers how long that took, its exit code and what it left in its temporary folder. */
  async close(): Promise<{ ms: number; code: number | null; left: string[] }> {
    const from = performance.now();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exit = once(this.child, "exit");
      if (this.child.connected) this.send({ type: "close" });
      await exit;
    }
    const ms = performance.now() - from;
    for (const catcher of [this.big, this.small, this.sound]) catcher.close();
    const left = await readdir(this.#tempFolder).catch(() => []);
    await rm(this.#tempFolder, { recursive: true, force: true });
    return { ms, code: this.child.exitCode, left };
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
