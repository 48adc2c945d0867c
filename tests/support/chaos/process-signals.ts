import { listDescendants } from "../product-processes.ts";

/** Lets a stopped process run again; it may have been killed for its silence. */
export function continueProcess(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Stops a process with all below it. @returns how to let them run again */
export function stopTree(pid: number): () => void {
  const all = [pid, ...listDescendants(pid).map((one) => one.pid)];
  for (const one of all)
    try {
      process.kill(one, "SIGSTOP");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  return () => all.forEach(continueProcess);
}

/** Processes below `pid` that ended and that nobody has taken note of. */
export function listZombies(pid: number): string[] {
  return listDescendants(pid).flatMap(({ command, pid: one }) =>
    /<defunct>/.test(command) ? [`${one} ${command}`] : [],
  );
}
