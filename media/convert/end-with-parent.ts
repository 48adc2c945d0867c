import { Worker } from "node:worker_threads";

const WATCH = `
  const { ppid } = process;
  setInterval(() => process.ppid === ppid || process.kill(process.pid, "SIGKILL"), 1_000);
`;

/**
 * Ends this process within a second of its parent's end, whatever its main thread is stuck in: it leads a session of its
 * own, so nobody who ends the parent's ends it too.
 */
export function endWithParent(): void {
  process.on("disconnect", () => process.exit(1));
  new Worker(WATCH, {
    eval: true,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 8 },
  }).unref();
}
