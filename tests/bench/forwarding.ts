/* What benches of forwarding share: viewers that have their picture, and what the forwarding process used for them. */
import { setTimeout as sleep } from "node:timers/promises";
import type { WebrtcLoad } from "../support/load/webrtc-load.ts";
import { cpuSeconds } from "./harness/cpu.ts";
import type { Sample } from "./harness/define-bench.ts";

interface Forwarding extends Sample {
  packets: number;
  lost: number;
  /** For who watches the bench. */
  text: string;
}

export interface ForwardingOptions {
  load: WebrtcLoad;
  /** Peers of the load, connected or on their way. */
  ids: readonly string[];
  pid: number;
  besidePid?: number;
  seconds: number;
}

/** One after the other: entering is another bench. */
export async function inTurn(count: number, enter: () => Promise<string>): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) ids.push(await enter());
  return ids;
}

/**
 * CPU microseconds of `pid` for each packet that reaches the viewers `ids`, which are closed afterwards. `besidePid`
 * is only told: the process that has the signalling.
 */
export async function measureForwarding(options: ForwardingOptions): Promise<Forwarding> {
  const { load, ids, pid, besidePid, seconds } = options;
  await Promise.all(ids.map((id) => load.picture(id)));
  await sleep(2_000);
  await load.reset();
  const before = {
    at: performance.now(),
    cpu: cpuSeconds(pid),
    beside: cpuOf(besidePid),
    load: await load.stats(),
  };
  await sleep(seconds * 1_000);
  const cpu = cpuSeconds(pid) - before.cpu;
  const beside = cpuOf(besidePid) - before.beside;
  const after = await load.stats();
  const wallSeconds = (performance.now() - before.at) / 1_000;
  const loadCpu = after.cpuSeconds - before.load.cpuSeconds;
  const packets = sum(
    after.peers.map(({ audio, video, rtx }) => audio.packets + video.packets + rtx.packets),
  );
  const lost = sum(after.peers.map(({ audio, video }) => audio.lost + video.lost));
  const profiles = [...new Set(after.peers.map(({ profile }) => profile))].join();
  await load.closePeers();
  const each = Math.round(packets / wallSeconds / ids.length);
  return {
    value: (cpu / packets) * 1e6,
    loadCpu,
    serverCpu: cpu,
    packets,
    lost,
    text: `    ${each} packets a second each (${profiles}), ${lost} of ${packets} lost; ${cpu.toFixed(2)} s of CPU, beside it ${beside.toFixed(2)} s, load ${loadCpu.toFixed(2)} s`,
  };
}

function cpuOf(pid: number | undefined): number {
  return pid === undefined ? 0 : cpuSeconds(pid);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}
