/*
 * Everything that `npm start` runs, in order: the data folder's lock, PostgreSQL, migrations, the demo event, media
 * node and server. Owns all of it; `stop()` ends it in the opposite order.
 */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createReporter, formatElapsed, type Reporter } from "../../scripts/setup/reporter.mjs";
import { type Config, ROOT_DIR, toEnvironment } from "../config.ts";
import { FolderLock, FolderLockedError } from "../platform/folder-lock.ts";
import { migrate } from "../platform/migrate.ts";
import { findTakenPorts } from "./check-ports.ts";
import { formatSummary, readDemoLinks } from "./demo-links.ts";
import { describeLogLine } from "./describe-log-line.ts";
import { Fault } from "./fault.ts";
import { LogFile } from "./log-file.ts";
import { createHttpProbe, healthTarget } from "./probe.ts";
import { ProcessRecord } from "./process-record.ts";
import { seedDemo } from "./seed-demo.ts";
import { type SupervisedDatabase, startDatabase } from "./supervised-database.ts";
import { type ProcessOptions, SupervisedProcess } from "./supervised-process.ts";
import { watchSources } from "./watch-sources.ts";

/** Together with PostgreSQL's under the 10 s that a stop may take. */
const SERVER_STOP_MS = 4_000;
const MEDIA_STOP_MS = 4_500;
/** A start that is stopped half-way notices it within this time. */
const START_END_MS = 3_000;
const VITE_PORT = 5173;

export interface LauncherOptions {
  config: Config;
  /** Watch the sources, serve the client by Vite. */
  isDev: boolean;
  /** The environment that the processes inherit. */
  env: NodeJS.ProcessEnv;
  /** For people; default: the terminal. */
  print?: (text: string) => void;
  scripts?: { server: string; media: string; seed: string };
  /** For tests of hangs. */
  probeIntervalMs?: number;
}

export class Launcher {
  readonly #options: LauncherOptions;
  readonly #config: Config;
  readonly #print: (text: string) => void;
  readonly #reporter: Reporter;
  readonly #record: ProcessRecord;
  readonly #closers: (() => void)[] = [];
  #lock: FolderLock | null = null;
  #database: SupervisedDatabase | null = null;
  #media: SupervisedProcess | null = null;
  #server: SupervisedProcess | null = null;
  #vite: SupervisedProcess | null = null;
  #starting: Promise<void> | null = null;
  #stopping: Promise<void> | null = null;
  readonly #stopSignal = new AbortController();

  constructor(options: LauncherOptions) {
    this.#options = options;
    const { config } = options;
    // In development people open Vite's address, and the server must know it as its own.
    const isViteAddress = options.isDev && config.publicUrl === `http://localhost:${config.port}`;
    this.#config = isViteAddress ? { ...config, publicUrl: `http://localhost:${VITE_PORT}` } : config;
    this.#print = options.print ?? ((text) => process.stdout.write(text));
    this.#reporter = createReporter(options.print ? { write: options.print } : process.stdout);
    this.#record = new ProcessRecord(join(config.dataDir, "run", "processes.json"));
  }

  /** Resolves when everything serves. @throws ReportedError once the failing step has been printed */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const startedAt = Date.now();
    const config = this.#config;
    for (const warning of config.warnings) this.#say(warning);
    await this.#reporter.run("data folder", async ({ warn }) => {
      // To be entered, not listed: under root, PostgreSQL is another user.
      mkdirSync(config.dataDir, { recursive: true, mode: 0o711 });
      this.#lock = this.#takeLock();
      for (const name of await this.#record.endLeftovers())
        warn(`ended the ${name} that an earlier start left behind`);
      const taken = await findTakenPorts(config);
      if (taken.length > 0)
        throw new Fault(taken.join("\n"), { advice: "Settings are in .env; see .env.example." });
    });
    // It needs no database, so it starts beside it.
    const media = this.#createMedia();
    const mediaReady = media?.start() ?? Promise.resolve();
    mediaReady.catch(() => {});
    const database = await this.#reporter.run("database", async ({ progress }) => {
      progress(config.databaseUrl === null ? "PostgreSQL starts" : "asking for an answer");
      this.#database = await startDatabase(config, (sentence) => this.#say(sentence));
      this.#stopSignal.signal.throwIfAborted();
      await migrate(this.#database.url, { onApply: (name) => progress(`migration ${name}`) });
      return this.#database;
    });
    await this.#reporter.run("demo event", async ({ progress, warn }) => {
      progress("brought to today");
      const seeding = seedDemo({
        script: this.#script("seed"),
        cwd: ROOT_DIR,
        env: this.#serverEnvironment(database.url),
        signal: this.#stopSignal.signal,
      });
      // An event of one's own must start without the demo too.
      await seeding.catch((error: Error) => warn(error.message));
    });
    await this.#reporter.run("media node and server", async ({ progress }) => {
      this.#stopSignal.signal.throwIfAborted();
      await this.#startProcesses(database.url, mediaReady, progress);
    });
    if (this.#options.isDev) this.#watchSources();
    const links = readDemoLinks(config.dataDir);
    this.#print(formatSummary(config.publicUrl, links, formatElapsed(Date.now() - startedAt)));
  }

  /** Server, media node, PostgreSQL, in this order, within 10 s. Idempotent; also in the middle of a start. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Everything at once, without any order; PostgreSQL recovers at the next start. */
  kill(): void {
    for (const one of [this.#vite, this.#server, this.#media, this.#database]) one?.kill();
  }

  async #stop(): Promise<void> {
    this.#stopSignal.abort();
    for (const close of this.#closers) close();
    await Promise.all([this.#server?.stop(SERVER_STOP_MS), this.#vite?.stop(1_000)]);
    await this.#media?.stop(MEDIA_STOP_MS);
    await Promise.race([this.#starting?.catch(() => {}), sleep(START_END_MS, undefined, { ref: false })]);
    await this.#database?.stop();
    this.#lock?.release();
  }

  /** `null` when it runs on another machine. */
  #createMedia(): SupervisedProcess | null {
    const { link } = this.#config.media;
    if (link.kind !== "socket") return null;
    mkdirSync(dirname(link.path), { recursive: true, mode: 0o700 });
    this.#media = this.#supervised({
      name: "media node",
      script: this.#script("media"),
      env: this.#mediaEnvironment(),
      isResponding: createHttpProbe({ socketPath: link.path, path: "/" }),
    });
    return this.#media;
  }

  #createServer(databaseUrl: string): SupervisedProcess {
    this.#server = this.#supervised({
      name: "server",
      script: this.#script("server"),
      env: this.#serverEnvironment(databaseUrl),
      isResponding: createHttpProbe(healthTarget(this.#config)),
    });
    return this.#server;
  }

  #createVite(): SupervisedProcess {
    this.#vite = this.#supervised({
      name: "client's development server",
      script: "server/launcher/vite-dev.ts",
      args: [String(VITE_PORT)],
      env: { ...this.#options.env, PORT: String(this.#config.port) },
    });
    return this.#vite;
  }

  async #startProcesses(
    databaseUrl: string,
    mediaReady: Promise<unknown>,
    progress: (text: string) => void,
  ): Promise<void> {
    const waits = new Map<string, Promise<unknown>>([["media node", mediaReady]]);
    const beside = this.#options.isDev ? [this.#createVite()] : [];
    for (const one of [this.#createServer(databaseUrl), ...beside]) waits.set(one.name, one.start());
    const tell = () => progress(`waiting for the ${[...waits.keys()].join(" and the ")}`);
    tell();
    await Promise.all(
      [...waits].map(async ([name, ready]) => {
        await ready;
        waits.delete(name);
        if (waits.size > 0) tell();
      }),
    );
  }

  #supervised(
    options: Pick<ProcessOptions, "name" | "script" | "args" | "env" | "isResponding">,
  ): SupervisedProcess {
    const { name } = options;
    const { isDev } = this.#options;
    const file = new LogFile(join(this.#config.dataDir, "logs", `${name.replaceAll(/[^a-z]+/g, "-")}.log`));
    this.#closers.push(() => setTimeout(() => file.close(), 0));
    return new SupervisedProcess({
      ...options,
      cwd: ROOT_DIR,
      probeIntervalMs: this.#options.probeIntervalMs,
      onLine: (line) => {
        file.write(line);
        const shown = describeLogLine(line, { withInfo: isDev });
        if (shown !== null && (isDev || this.#server?.isReady)) this.#print(`[${name}] ${shown}\n`);
      },
      say: (sentence) => this.#say(sentence),
      onPid: (pid) => this.#record.set(name, pid),
    });
  }

  #watchSources(): void {
    this.#closers.push(
      watchSources(ROOT_DIR, ["server", "media", "prisma"], (path) => {
        const isShared = path.startsWith("server/contract/");
        if (isShared || path.startsWith("media/")) this.#media?.restart(`${path} changed`);
        if (!path.startsWith("media/")) this.#server?.restart(`${path} changed`);
      }),
    );
  }

  #takeLock(): FolderLock {
    const { dataDir, publicUrl, port } = this.#config;
    try {
      return FolderLock.take(join(dataDir, "run", "launcher.lock"), `port ${port}, ${publicUrl}`);
    } catch (error) {
      if (!(error instanceof FolderLockedError)) throw error;
      const owner = error.owner
        ? `process ${error.owner.pid}, ${error.owner.about}`
        : "by a process of another start";
      throw new Fault(`Torilla already runs on ${dataDir} (${owner}).`, {
        advice: "Use that one, stop it first, or name another folder and port in TORILLA_DATA_DIR and PORT.",
      });
    }
  }

  #serverEnvironment(databaseUrl: string): NodeJS.ProcessEnv {
    return { ...this.#inherited(), ...toEnvironment({ ...this.#config, databaseUrl }) };
  }

  /** All but what media has no business to know. */
  #mediaEnvironment(): NodeJS.ProcessEnv {
    const own = toEnvironment(this.#config);
    return { ...this.#inherited(), ...own, DATABASE_URL: "", TORILLA_REDIS_URL: "", TORILLA_SECRET: "" };
  }

  #inherited(): NodeJS.ProcessEnv {
    return {
      // What was compiled once is not compiled again by what is started after a death: half the time of a start.
      NODE_COMPILE_CACHE: join(this.#config.dataDir, "run", "compiled"),
      ...this.#options.env,
      NODE_ENV: this.#options.isDev ? "development" : "production",
    };
  }

  #script(which: "server" | "media" | "seed"): string {
    const { scripts } = this.#options;
    const defaults = { server: "server/main.ts", media: "media/main.ts", seed: "prisma/seed.ts" };
    return join(ROOT_DIR, (scripts ?? defaults)[which]);
  }

  #say(sentence: string): void {
    this.#print(`! ${sentence}\n`);
  }
}
