// Runs the commands of the set-up. Every child is known here and ends with its parent.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const KEPT_LINES = 40;

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/** A command that could not be started, ended otherwise than with 0, or took too long. `output`: its last lines. */
export class CommandError extends Error {
  /** @param {string} message @param {{ output: string, exitCode: number | null }} details */
  constructor(message, { output, exitCode }) {
    super(message);
    this.name = "CommandError";
    this.output = output;
    this.exitCode = exitCode;
  }
}

/** Ends whatever `runCommand` has under way: its process groups get `signal`. */
export function endRunningCommands(/** @type {NodeJS.Signals} */ signal = "SIGTERM") {
  for (const child of running) signalGroup(child, signal);
}

/**
 * Resolves with stdout when the command ends with 0.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, onLine?: (line: string) => void }} [options]
 *   `onLine` gets each line of stdout and stderr. Without `timeoutMs` the command may take for ever.
 * @returns {Promise<string>}
 * @throws {CommandError}
 */
export function runCommand(command, args, { cwd, env = process.env, timeoutMs, onLine } = {}) {
  return new Promise((resolve, reject) => {
    // A group of its own, so that a compiler's children end with it; Windows has no such groups.
    const detached = process.platform !== "win32";
    const child = spawn(command, args, { cwd, env, detached, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    const lastLines = [];
    const stdout = [];
    let timedOut = false;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            signalGroup(child, "SIGKILL");
          }, timeoutMs);
    const listen = (stream, keep) =>
      createInterface({ input: stream }).on("line", (line) => {
        keep?.push(line);
        lastLines.push(line);
        if (lastLines.length > KEPT_LINES) lastLines.shift();
        onLine?.(line);
      });
    listen(child.stdout, stdout);
    listen(child.stderr);
    const settle = (message, exitCode) => {
      clearTimeout(timer);
      running.delete(child);
      if (message === null) resolve(stdout.join("\n"));
      else reject(new CommandError(message, { output: lastLines.join("\n"), exitCode }));
    };
    child.once("error", (error) => settle(`${command} could not be started: ${error.message}`, null));
    child.once("close", (code, signal) => {
      if (code === 0) settle(null, 0);
      else if (timedOut) settle(`${command} took more than ${timeoutMs} ms`, null);
      else settle(`${command} ended with ${signal ?? `exit code ${code}`}`, code);
    });
  });
}

function signalGroup(child, signal) {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, signal);
  } catch {
    // It ended in between.
  }
}
