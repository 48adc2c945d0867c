import { type ChildProcess, execFileSync, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";

/** The server under test has the first core to itself, the load the second. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

export interface PinnedOptions {
  /** Of taskset: one core, or a list. */
  core: number | string;
  command: string;
  args?: string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  stdio?: StdioOptions;
}

export interface Pinned {
  child: ChildProcess;
  pid: number;
  /** SIGTERM, after 5 s SIGKILL. */
  stop(): Promise<void>;
}

/** Starts a process whose threads and children stay on one core. */
export function spawnPinned({ core, command, args = [], cwd, env, stdio = "pipe" }: PinnedOptions): Pinned {
  const child = spawn("taskset", ["-c", String(core), command, ...args], {
    stdio,
    ...(cwd ? { cwd } : {}),
    env: { ...process.env, ...env },
  });
  if (child.pid === undefined) throw new Error(`${command} could not be started`);
  const gone = once(child, "exit");
  return {
    child,
    pid: child.pid,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await gone;
      clearTimeout(kill);
    },
  };
}

/** Moves a running process, all threads of it, to one core. */
export function pin(pid: number, core: number): void {
  execFileSync("taskset", ["-a", "-c", "-p", String(core), String(pid)], { stdio: "ignore" });
}
