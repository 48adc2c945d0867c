/*
 * The only reader of the environment for the server and the launcher. Every setting is in `.env.example` too
 * (a test holds the two together). An empty value counts as not set.
 */
import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { findOwnAddress } from "./announced-address.ts";
import { socketPath } from "./platform/socket-path.ts";

/** The checkout's root folder. */
export const ROOT_DIR = resolve(dirname(fileURLToPath(import.meta.url)), "..");

const GIB = 1024 ** 3;

/** A media worker for each processor core but one, which mixer and server need; each takes a port of its own. */
const MEDIA_WORKERS = Math.min(4, Math.max(1, availableParallelism() - 1));

const integer = (min: number, max: number, what: string) =>
  z
    .string()
    .regex(/^\d{1,16}$/, { error: what })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: what });

const port = integer(1, 65_535, "must be a port number between 1 and 65535");
const portOrOff = integer(0, 65_535, "must be a port number between 1 and 65535, or 0 for off");
const urlOf = (protocols: string[], what: string) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: what,
  });
const evenPixels = (min: number, max: number) =>
  integer(min, max, `must be an even number of pixels between ${min} and ${max}`).refine(
    (value) => value % 2 === 0,
    { error: `must be an even number of pixels between ${min} and ${max}` },
  );
const hostName = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?$/;
const isAddress = (value: string) => isIP(value) !== 0 || hostName.test(value);
const address = z.string().refine(isAddress, { error: "must be an IP address or a host name" });

/** Every setting, its check and its default; what has no default here gets one in `readConfig`. */
export const settings = {
  PORT: port.default(3000),
  HOST: address.default("0.0.0.0"),
  TORILLA_PUBLIC_URL: z
    .string()
    .refine((value) => URL.canParse(value) && /^https?:\/\/[^/?#]+\/?$/.test(value), {
      error: "must be a whole address without a path, such as https://messut.example.org",
    })
    .transform((value) => value.replace(/\/$/, ""))
    .optional(),
  TORILLA_TRUST_PROXY: integer(
    0,
    10,
    "must be the number of reverse proxies in front of the server, 0 to 10",
  ).default(0),
  TORILLA_DATA_DIR: z.string().default("./data"),
  DATABASE_URL: urlOf(
    ["postgres:", "postgresql:"],
    "must be a PostgreSQL address such as postgresql://torilla:secret@db.example.org:5432/torilla",
  ).optional(),
  TORILLA_POSTGRES_BIN: z
    .string()
    .startsWith("/", { error: "must be a whole path, starting with /" })
    .optional(),
  TORILLA_REDIS_URL: urlOf(
    ["redis:", "rediss:"],
    "must be a Redis address such as redis://redis.example.org:6379",
  ).optional(),
  TORILLA_ANNOUNCED_ADDRESS: z
    .string()
    .transform((value) => value.split(",").map((one) => one.trim()))
    .refine((values) => values.length <= 4 && values.every(isAddress), {
      error: "must be up to four IP addresses or host names, separated by commas",
    })
    .optional(),
  TORILLA_MEDIA_PORT: port.default(44_444),
  TORILLA_MEDIA_WORKERS: integer(1, 64, "must be a number of worker processes, 1 to 64").default(
    MEDIA_WORKERS,
  ),
  TORILLA_MEDIA_LISTEN_IP: z
    .string()
    .refine((value) => isIP(value) !== 0, {
      error: "must be an IP address of this machine, or 0.0.0.0 for all",
    })
    .default("0.0.0.0"),
  TORILLA_MEDIA_SOCKET: z.string().optional(),
  TORILLA_MEDIA_HOST: address.optional(),
  TORILLA_MEDIA_LINK_PORT: port.optional(),
  TORILLA_MEDIA_SECRET: z.string().min(32, { error: "must be at least 32 characters long" }).optional(),
  TORILLA_METRICS_HOST: address.default("127.0.0.1"),
  TORILLA_METRICS_PORT: portOrOff.default(9464),
  TORILLA_LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
      error: "must be one of fatal, error, warn, info, debug, trace, silent",
    })
    .default("info"),
  TORILLA_PROGRAMME_WIDTH: evenPixels(320, 1920).default(1280),
  TORILLA_PROGRAMME_HEIGHT: evenPixels(180, 1080).default(720),
  TORILLA_PROGRAMME_FPS: integer(5, 50, "must be a number of pictures a second, 5 to 50").default(25),
  TORILLA_PROGRAMME_KBPS: integer(200, 12_000, "must be a number of kbit/s, 200 to 12000").default(2000),
  TORILLA_PROGRAMME_LOW_KBPS: integer(50, 5000, "must be a number of kbit/s, 50 to 5000").default(280),
  TORILLA_UPLOAD_MAX_BYTES: integer(
    1024 * 1024,
    64 * GIB,
    "must be a number of bytes between 1 MiB and 64 GiB",
  ).default(4 * GIB),
  TORILLA_SECRET: z.string().min(32, { error: "must be at least 32 characters long" }).optional(),
} as const;

export type SettingName = keyof typeof settings;

/** Read elsewhere: by the set-up before Node 24 is there, and by the media node's worker search. */
const SETTINGS_OF_OTHERS = new Set(["TORILLA_CACHE_DIR"]);

export interface Config {
  port: number;
  host: string;
  /** Without a slash at the end. */
  publicUrl: string;
  trustProxyHops: number;
  /** Absolute. */
  dataDir: string;
  /** `null`: the launcher runs a PostgreSQL of its own. */
  databaseUrl: string | null;
  /** Folder of `initdb` and `postgres` for the own PostgreSQL; `null`: found by itself. */
  postgresBinDir: string | null;
  /** `null`: one server process, no Redis. */
  redisUrl: string | null;
  media: {
    /** What ICE candidates name; at least one. */
    announcedAddresses: string[];
    /** One number for UDP and TCP. Worker n listens on `port + n`. */
    port: number;
    workers: number;
    /** Address that the media port is opened on. */
    listenIp: string;
    /** How the server reaches the media node, and where that listens. */
    link: { kind: "socket"; path: string } | { kind: "network"; host: string; port: number; secret: string };
  };
  /** `null`: off. */
  metrics: { host: string; port: number } | null;
  logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  /** `kbps` of the full picture, `lowKbps` of the 360p one. */
  programme: { widthPx: number; heightPx: number; fps: number; kbps: number; lowKbps: number };
  uploadMaxBytes: number;
  /** Signs cookies and links. `null`: made once by `loadSecret`. */
  secret: string | null;
  /** Sentences worth telling that need not stop the start, such as a misspelt setting. */
  warnings: string[];
}

/** All that is wrong with the settings, one plain sentence each. */
export class ConfigError extends Error {
  readonly faults: string[];
  constructor(faults: string[]) {
    super(
      `The settings have ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n- ${faults.join("\n- ")}`,
    );
    this.name = "ConfigError";
    this.faults = faults;
  }
}

type Environment = Record<string, string | undefined>;

/** Checks all settings and gives them their defaults. Pure but for the search of the machine's own address. @throws ConfigError */
export function readConfig(environment: Environment): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""),
  ) as Record<string, string>;
  const parsed = z.object(settings).safeParse(given);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => faultOf(issue, given));
  if (given.TORILLA_MEDIA_HOST !== undefined || given.TORILLA_MEDIA_LINK_PORT !== undefined) {
    for (const name of ["TORILLA_MEDIA_HOST", "TORILLA_MEDIA_LINK_PORT", "TORILLA_MEDIA_SECRET"])
      if (given[name] === undefined)
        faults.push(
          `${name} is missing: a media node on another machine needs its host, link port and secret.`,
        );
    if (given.TORILLA_MEDIA_SOCKET !== undefined)
      faults.push("TORILLA_MEDIA_SOCKET and TORILLA_MEDIA_HOST exclude each other: set one of them.");
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return toConfig(parsed.data, warningsOf(given));
}

function toConfig(values: z.infer<z.ZodObject<typeof settings>>, warnings: string[]): Config {
  const dataDir = resolve(ROOT_DIR, values.TORILLA_DATA_DIR);
  const link: Config["media"]["link"] =
    values.TORILLA_MEDIA_HOST && values.TORILLA_MEDIA_LINK_PORT && values.TORILLA_MEDIA_SECRET
      ? {
          kind: "network",
          host: values.TORILLA_MEDIA_HOST,
          port: values.TORILLA_MEDIA_LINK_PORT,
          secret: values.TORILLA_MEDIA_SECRET,
        }
      : {
          kind: "socket",
          path: resolve(
            ROOT_DIR,
            values.TORILLA_MEDIA_SOCKET ?? socketPath(join(dataDir, "run"), "media.sock"),
          ),
        };
  return {
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.TORILLA_PUBLIC_URL ?? `http://localhost:${values.PORT}`,
    trustProxyHops: values.TORILLA_TRUST_PROXY,
    dataDir,
    databaseUrl: values.DATABASE_URL ?? null,
    postgresBinDir: values.TORILLA_POSTGRES_BIN ?? null,
    redisUrl: values.TORILLA_REDIS_URL ?? null,
    media: {
      announcedAddresses: values.TORILLA_ANNOUNCED_ADDRESS ?? [findOwnAddress()],
      port: values.TORILLA_MEDIA_PORT,
      workers: values.TORILLA_MEDIA_WORKERS,
      listenIp: values.TORILLA_MEDIA_LISTEN_IP,
      link,
    },
    metrics:
      values.TORILLA_METRICS_PORT === 0
        ? null
        : { host: values.TORILLA_METRICS_HOST, port: values.TORILLA_METRICS_PORT },
    logLevel: values.TORILLA_LOG_LEVEL,
    programme: {
      widthPx: values.TORILLA_PROGRAMME_WIDTH,
      heightPx: values.TORILLA_PROGRAMME_HEIGHT,
      fps: values.TORILLA_PROGRAMME_FPS,
      kbps: values.TORILLA_PROGRAMME_KBPS,
      lowKbps: values.TORILLA_PROGRAMME_LOW_KBPS,
    },
    uploadMaxBytes: values.TORILLA_UPLOAD_MAX_BYTES,
    secret: values.TORILLA_SECRET ?? null,
    warnings,
  };
}

const SECRETS = new Set<string>([
  "TORILLA_SECRET",
  "TORILLA_MEDIA_SECRET",
  "DATABASE_URL",
  "TORILLA_REDIS_URL",
]);

function faultOf(issue: z.core.$ZodIssue, given: Record<string, string>): string {
  const name = String(issue.path[0]);
  const value = given[name] ?? "";
  const shown = SECRETS.has(name) ? "" : ` ("${value.length > 60 ? `${value.slice(0, 60)}…` : value}")`;
  return `${name}${shown} ${issue.message}.`;
}

function warningsOf(given: Record<string, string>): string[] {
  return Object.keys(given)
    .filter((name) => name.startsWith("TORILLA_") && !(name in settings) && !SETTINGS_OF_OTHERS.has(name))
    .map((name) => `${name} is not a setting of Torilla; see .env.example.`);
}

/** Takes the root's `.env` into the environment (what is set already wins) and reads the settings. @throws ConfigError */
export function loadConfig(): Config {
  const file = join(ROOT_DIR, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
  return readConfig(process.env);
}

/** The settings of `config` as an environment: what the launcher gives to the processes it starts. */
export function toEnvironment(config: Config): Record<SettingName, string> {
  const { link } = config.media;
  return {
    PORT: String(config.port),
    HOST: config.host,
    TORILLA_PUBLIC_URL: config.publicUrl,
    TORILLA_TRUST_PROXY: String(config.trustProxyHops),
    TORILLA_DATA_DIR: config.dataDir,
    DATABASE_URL: config.databaseUrl ?? "",
    TORILLA_POSTGRES_BIN: config.postgresBinDir ?? "",
    TORILLA_REDIS_URL: config.redisUrl ?? "",
    TORILLA_ANNOUNCED_ADDRESS: config.media.announcedAddresses.join(","),
    TORILLA_MEDIA_PORT: String(config.media.port),
    TORILLA_MEDIA_WORKERS: String(config.media.workers),
    TORILLA_MEDIA_LISTEN_IP: config.media.listenIp,
    TORILLA_MEDIA_SOCKET: link.kind === "socket" ? link.path : "",
    TORILLA_MEDIA_HOST: link.kind === "network" ? link.host : "",
    TORILLA_MEDIA_LINK_PORT: link.kind === "network" ? String(link.port) : "",
    TORILLA_MEDIA_SECRET: link.kind === "network" ? link.secret : "",
    TORILLA_METRICS_HOST: config.metrics?.host ?? "",
    TORILLA_METRICS_PORT: String(config.metrics?.port ?? 0),
    TORILLA_LOG_LEVEL: config.logLevel,
    TORILLA_PROGRAMME_WIDTH: String(config.programme.widthPx),
    TORILLA_PROGRAMME_HEIGHT: String(config.programme.heightPx),
    TORILLA_PROGRAMME_FPS: String(config.programme.fps),
    TORILLA_PROGRAMME_KBPS: String(config.programme.kbps),
    TORILLA_PROGRAMME_LOW_KBPS: String(config.programme.lowKbps),
    TORILLA_UPLOAD_MAX_BYTES: String(config.uploadMaxBytes),
    TORILLA_SECRET: config.secret ?? "",
  };
}
