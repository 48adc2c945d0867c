/*
 * Looks into a running Node process from outside, without its help: SIGUSR1 opens its inspector (127.0.0.1:9229), which
 * collects garbage and tells what is left; then the inspector is closed again, for the next process.
 */

import { once } from "node:events";
import { readdirSync } from "node:fs";
import { WebSocket } from "ws";
import { residentBytes } from "../../bench/harness/cpu.ts";
import { waitFor } from "../wait-for.ts";

const INSPECTOR = "http://127.0.0.1:9229/json/list";

export interface ProcessReading {
  /** After a garbage collection: JavaScript's heap and what it holds outside of it. */
  usedBytes: number;
  residentBytes: number;
  /** Open files, sockets and pipes; the inspector's own left out. */
  descriptors: number;
  timers: number;
  /** By kind, as process.getActiveResourcesInfo() names them. */
  resources: Record<string, number>;
}

/** One process at a time on a machine. */
export async function inspectProcess(pid: number): Promise<ProcessReading> {
  const descriptors = countDescriptors(pid);
  process.kill(pid, "SIGUSR1");
  const url = await waitFor(debuggerUrl, { what: `the inspector of ${pid}` });
  const socket = new WebSocket(url);
  await once(socket, "open");
  let lastId = 0;
  async function call(method: string, params: object = {}): Promise<{ result: { value?: unknown } }> {
    const id = ++lastId;
    socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [data] = (await once(socket, "message")) as [Buffer];
      const answer = JSON.parse(String(data)) as { id?: number; result: { result: { value?: unknown } } };
      if (answer.id === id) return answer.result;
    }
  }
  for (let round = 0; round < 3; round += 1) await call("HeapProfiler.collectGarbage");
  const read = `JSON.stringify({ ...process.memoryUsage(), resources: process.getActiveResourcesInfo() })`;
  const { result } = await call("Runtime.evaluate", { expression: read, returnByValue: true });
  const seen = JSON.parse(String(result.value)) as NodeJS.MemoryUsage & { resources: string[] };
  const resources: Record<string, number> = {};
  for (const name of seen.resources) resources[name] = (resources[name] ?? 0) + 1;
  const close = `setTimeout(() => process.getBuiltinModule("inspector").close(), 20)`;
  await call("Runtime.evaluate", { expression: close });
  socket.close();
  await waitFor(async () => (await debuggerUrl()) === null, { what: "the inspector's end" });
  return {
    usedBytes: seen.heapUsed + seen.external,
    residentBytes: residentBytes(pid),
    descriptors,
    timers: resources.Timeout ?? 0,
    resources,
  };
}

export function countDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

async function debuggerUrl(): Promise<string | null> {
  try {
    const [target] = (await (await fetch(INSPECTOR)).json()) as { webSocketDebuggerUrl: string }[];
    return target?.webSocketDebuggerUrl ?? null;
  } catch {
    return null;
  }
}
