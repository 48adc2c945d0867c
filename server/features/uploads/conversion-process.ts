import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type ConversionCommand, type ConversionFailure, ConversionNotice } from "../../contract/convert.ts";
import { yieldToOthers } from "./yield-to-others.ts";

const PROCESS = fileURLToPath(new URL("../../../media/convert/main.ts", import.meta.url));
const SILENCE_MS = 5 * 60_000;

export type ConversionOutcome =
  | { type: "finished"; durationSeconds: number }
  | { type: "refused"; failure: ConversionFailure; reason: string };

interface Options {
  onProgress(progress: number): void;
  /** Ends the process; the promise then rejects with the signal's reason. */
  signal: AbortSignal;
  /** Without any progress for so long it is taken for hung; on a full machine it waits for its turn. @default 5 min */
  silenceMs?: number;
  /** Tests run another. */
  program?: string;
}

/**
 * Runs one conversion in a process of its own and waits for its end. A process that crashes or hangs over a file is
 * the file's failure (`broken`): that is what the process is for.
 */
export async function runConversion(
  command: ConversionCommand,
  { onProgress, signal, silenceMs = SILENCE_MS, program = PROCESS }: Options,
): Promise<ConversionOutcome> {
  signal.throwIfAborted();
  const child = fork(program, [], {
    // It reads what strangers send: no address of a database, no secret.
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR },
    execArgv: [],
    detached: true,
    serialization: "json",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  // Loading its modules is a second of work already; on Linux its threads inherit what they are begun under.
  if (child.pid !== undefined) yieldToOthers(child.pid);
  const ended = Promise.withResolvers<ConversionOutcome>();
  let outcome: ConversionOutcome | null = null;
  const hang = () => {
    // One that has said how it ended and does not end has done its work all the same.
    outcome ??= { type: "refused", failure: "broken", reason: `no progress for ${silenceMs} ms` };
    child.kill("SIGKILL");
  };
  let alarm = setTimeout(hang, silenceMs);
  const abort = () => child.kill("SIGKILL");
  signal.addEventListener("abort", abort, { once: true });

  child.on("message", (message) => {
    const notice = ConversionNotice.safeParse(message);
    if (!notice.success || outcome) return;
    if (notice.data.type !== "progressed") outcome = notice.data;
    else onProgress(notice.data.progress);
    clearTimeout(alarm);
    alarm = setTimeout(hang, silenceMs);
  });
  child.on("error", (error) => ended.reject(error));
  child.on("exit", (code, killedBy) =>
    ended.resolve(
      outcome ?? { type: "refused", failure: "broken", reason: `process ended (${killedBy ?? code})` },
    ),
  );
  child.send(command, (error) => error && ended.reject(error));
  try {
    const result = await ended.promise;
    signal.throwIfAborted();
    return result;
  } finally {
    clearTimeout(alarm);
    signal.removeEventListener("abort", abort);
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  }
}
