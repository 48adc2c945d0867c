/*
 * A container's health check of the media node: `node media/check-health.ts [FILE]`. Ends with 0 when the node answers
 * on its link. One that takes the connection and says nothing hangs: it is killed where FILE names its process, so that
 * the engine starts the container again; of an unhealthy container that goes on it only says so.
 */
import { readFileSync } from "node:fs";
import { readMediaConfig } from "./config.ts";

const ANSWER_MS = 10_000;

const { link } = readMediaConfig();
if ("socketPath" in link)
  throw new Error("there is nothing to check over the network: the link is a unix socket");
const host = link.host === "0.0.0.0" ? "127.0.0.1" : link.host;
try {
  // Without an upgrade the link says 426, which is an answer.
  await fetch(`http://${host}:${link.port}/`, { signal: AbortSignal.timeout(ANSWER_MS) });
} catch (error) {
  const isHung = (error as Error).name === "TimeoutError";
  console.error(isHung ? `no answer in ${ANSWER_MS / 1000} s` : "nobody listens");
  const [, , file] = process.argv;
  if (isHung && file !== undefined) killAll(file);
  process.exitCode = 1;
}

/** `file`: process ids with blanks between, as in `/proc/<pid>/task/<pid>/children` (proc(5)). */
function killAll(file: string): void {
  for (const pid of readFileSync(file, "utf8").split(/\s+/).filter(Boolean).map(Number)) {
    console.error(`process ${pid} is killed`);
    process.kill(pid, "SIGKILL");
  }
}
