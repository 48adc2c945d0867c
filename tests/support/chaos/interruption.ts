/*
 * Ctrl-C and its like, for a run of faults that owns processes, browsers and networks: whoever makes one looks here
 * between its steps, and whoever waits for a fault waits for this too.
 */
const interrupted = new AbortController();

/** Aborted by the first SIGINT, SIGTERM or SIGHUP since `listenForInterruption()`. */
export const interruption: AbortSignal = interrupted.signal;

let name: NodeJS.Signals | null = null;

/** The first signal asks for an orderly end; a second one ends the process at once. */
export function listenForInterruption(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (interruption.aborted) process.exit(exitCodeOf(signal));
      name = signal;
      interrupted.abort(new Error(`interrupted by ${signal}`));
    });
}

/** What a shell expects of a process that ended for the signal. `null`: there was none. */
export function interruptedExitCode(): number | null {
  return name === null ? null : exitCodeOf(name);
}

function exitCodeOf(signal: NodeJS.Signals): number {
  return signal === "SIGINT" ? 130 : signal === "SIGHUP" ? 129 : 143;
}

/** Resolves when it comes; `stop()` ends the listening. */
export function untilInterrupted(): { over: Promise<void>; stop: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const tell = () => resolve();
  if (interruption.aborted) tell();
  interruption.addEventListener("abort", tell);
  return { over: promise, stop: () => interruption.removeEventListener("abort", tell) };
}
