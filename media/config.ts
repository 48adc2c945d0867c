import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";

/*
 * Settings of the media node: the only reader of process.env below `media/`. The launcher sets all of them;
 * the defaults serve a node that is started by hand.
 */
const evenPx = z.coerce.number().int().min(64).max(3840).multipleOf(2);
const port = z.coerce.number().int().min(1).max(65535);

/** The small picture has at most this share of the large one's bits: two that hardly differ help nobody. */
const LOW_RUNG_SHARE = 0.4;

const Environment = z.object({
  TORILLA_DATA_DIR: z.string().min(1).default("./data"),
  /** Unix socket of the link; without it the link listens on TORILLA_MEDIA_HOST:TORILLA_MEDIA_LINK_PORT. */
  TORILLA_MEDIA_SOCKET: z.string().min(1).max(107).optional(),
  TORILLA_MEDIA_HOST: z.string().min(1).optional(),
  TORILLA_MEDIA_LINK_PORT: port.optional(),
  /** Shared secret of the link; obligatory over TCP. */
  TORILLA_MEDIA_SECRET: z.string().min(32).optional(),
  /** UDP and TCP port of WebRTC; worker n listens on port + n. */
  TORILLA_MEDIA_PORT: port.default(44_444),
  TORILLA_MEDIA_WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  TORILLA_MEDIA_LISTEN_IP: z.string().min(1).default("0.0.0.0"),
  /** Addresses that browsers reach this node by, separated by commas. */
  TORILLA_ANNOUNCED_ADDRESS: z
    .string()
    .default("127.0.0.1")
    .transform((value) => value.split(",").map((one) => one.trim()))
    .pipe(z.array(z.string().min(1).max(253)).min(1).max(4)),
  MEDIASOUP_WORKER_BIN: z.string().min(1).optional(),
  TORILLA_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  TORILLA_PROGRAMME_WIDTH: evenPx.default(1280),
  TORILLA_PROGRAMME_HEIGHT: evenPx.default(720),
  TORILLA_PROGRAMME_FPS: z.coerce.number().int().min(5).max(60).default(25),
  /** Video of the upper rung, kilobits per second. */
  TORILLA_PROGRAMME_KBPS: z.coerce.number().int().min(100).max(20_000).default(2000),
  /** Video of the lower rung at most: with sound (96) and packets' heads it fits into a line of 500 kbit/s. */
  TORILLA_PROGRAMME_LOW_KBPS: z.coerce.number().int().min(50).max(5000).default(280),
});

export interface ProgrammeSettings {
  widthPx: number;
  heightPx: number;
  fps: number;
  videoKbps: number;
  lowVideoKbps: number;
}

export interface MediaConfig {
  nodeId: string;
  dataDir: string;
  link: { socketPath: string } | { host: string; port: number };
  linkSecret: string | null;
  workerBin: string | undefined;
  workerCount: number;
  listenIp: string;
  /** First port; worker n uses `webRtcPort + n`, UDP and TCP. */
  webRtcPort: number;
  /** What ICE candidates name; at least one. */
  announcedAddresses: string[];
  logLevel: string;
  programme: ProgrammeSettings;
}

/** @throws Error naming every setting that is wrong. */
export function readMediaConfig(environment: NodeJS.ProcessEnv = process.env): MediaConfig {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(present);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`Media node's settings are wrong:\n  ${faults.join("\n  ")}`);
  }
  const env = parsed.data;
  const dataDir = path.resolve(env.TORILLA_DATA_DIR);
  return {
    nodeId: `media-${process.pid}`,
    dataDir,
    link: linkAddress(env, dataDir),
    linkSecret: env.TORILLA_MEDIA_SECRET ?? null,
    workerBin: env.MEDIASOUP_WORKER_BIN,
    workerCount: Math.min(env.TORILLA_MEDIA_WORKERS, 4 * availableParallelism()),
    listenIp: env.TORILLA_MEDIA_LISTEN_IP,
    webRtcPort: env.TORILLA_MEDIA_PORT,
    announcedAddresses: env.TORILLA_ANNOUNCED_ADDRESS,
    logLevel: env.TORILLA_LOG_LEVEL,
    programme: {
      widthPx: env.TORILLA_PROGRAMME_WIDTH,
      heightPx: env.TORILLA_PROGRAMME_HEIGHT,
      fps: env.TORILLA_PROGRAMME_FPS,
      videoKbps: env.TORILLA_PROGRAMME_KBPS,
      lowVideoKbps: Math.round(
        Math.min(env.TORILLA_PROGRAMME_LOW_KBPS, LOW_RUNG_SHARE * env.TORILLA_PROGRAMME_KBPS),
      ),
    },
  };
}

function linkAddress(env: z.infer<typeof Environment>, dataDir: string): MediaConfig["link"] {
  if (env.TORILLA_MEDIA_SOCKET) return { socketPath: path.resolve(env.TORILLA_MEDIA_SOCKET) };
  if (env.TORILLA_MEDIA_LINK_PORT) {
    if (!env.TORILLA_MEDIA_SECRET) {
      throw new Error("TORILLA_MEDIA_SECRET: is needed when the link is on TCP (TORILLA_MEDIA_LINK_PORT)");
    }
    return { host: env.TORILLA_MEDIA_HOST ?? "127.0.0.1", port: env.TORILLA_MEDIA_LINK_PORT };
  }
  const inData = path.join(dataDir, "run", "media.sock");
  // A socket's path holds 107 bytes on Linux (unix(7), sun_path).
  return {
    socketPath:
      Buffer.byteLength(inData) <= 107 ? inData : path.join(tmpdir(), `torilla-${process.pid}.sock`),
  };
}
