// Hands the terminal to a long-running child, and ends with it.
import { spawn } from "node:child_process";
import { constants } from "node:os";

/** npm and the terminal may both send the same Ctrl-C: a repeat within this time is not a second wish. */
const SAME_SIGNAL_MS = 1_000;
const PARENT_CHECK_MS = 1_000;

/**
 * Runs the child in a process group of its own, so that it gets one signal and not two, and with an IPC channel: its
 * `disconnect` tells the child that this process is gone, however it ended. Ends this process with the child's code.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 */
export function runAttached(command, args, { cwd, env }) {
  const child = spawn(command, args, {
    cwd,
    env,
    detached: true,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  let lastSignalAt = 0;
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    if (Date.now() - lastSignalAt < SAME_SIGNAL_MS) return;
    lastSignalAt = Date.now();
    child.kill(signal);
  };
  process.on("SIGINT", () => forward("SIGINT"));
  process.on("SIGTERM", () => forward("SIGTERM"));
  process.on("SIGHUP", () => forward("SIGTERM"));
  endWithNpm(() => forward("SIGTERM"));
  child.once("error", (error) => {
    console.error(`✗ ${command} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.once("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** Under npm this process has no reason to outlive it; started by hand it may (nohup). */
function endWithNpm(end) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, PARENT_CHECK_MS).unref();
}
