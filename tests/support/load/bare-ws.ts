import { once } from "node:events";
import { ROOT_DIR } from "../../../server/config.ts";
import { cpuSeconds } from "../../bench/harness/cpu.ts";
import { spawnPinned } from "../../bench/harness/spawn-pinned.ts";

export interface BareWs {
  url: string;
  pid: number;
  serverCpu(): number;
  openSockets(): Promise<number>;
  close(): Promise<void>;
}

/** tests/bench/peers/bare-ws.ts as a process on one core. */
export async function startBareWs({ core }: { core: number }): Promise<BareWs> {
  const peer = spawnPinned({
    core,
    command: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", "tests/bench/peers/bare-ws.ts"],
    cwd: ROOT_DIR,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { NODE_ENV: "production" },
  });
  const [{ port }] = (await once(peer.child, "message", { signal: AbortSignal.timeout(20_000) })) as [
    { port: number },
  ];
  return {
    url: `http://127.0.0.1:${port}`,
    pid: peer.pid,
    serverCpu: () => cpuSeconds(peer.pid),
    async openSockets() {
      const answered = once(peer.child, "message", { signal: AbortSignal.timeout(20_000) });
      peer.child.send("sockets");
      const [{ sockets }] = (await answered) as [{ sockets: number }];
      return sockets;
    },
    close: () => peer.stop(),
  };
}
