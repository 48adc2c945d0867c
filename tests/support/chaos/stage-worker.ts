/* Which of the media node's workers carries whom: the one whose UDP port they were told (Linux, /proc). */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { listDescendants, requirePid } from "../product-processes.ts";
import type { RoomMember } from "./room-member.ts";
import type { StandingLoad } from "./standing-load.ts";

/** The mediasoup worker that the stage's presenters are on. */
export function requireStageWorker(load: StandingLoad): number {
  return requireWorkerOf(load, load.crowd.presenters[0] ?? load.crowd.viewers[0]);
}

export function requireWorkerOf(load: StandingLoad, member: RoomMember | undefined): number {
  const port = member?.workerPort ?? null;
  if (port === null) throw new Error("nobody knows of a media port");
  const inode = findUdpInode(port);
  const below = listDescendants(requirePid(load.product, "media node"));
  const found = below.find(({ pid, command }) => /mediasoup-worker/.test(command) && holdsSocket(pid, inode));
  if (!found) throw new Error(`no worker listens on ${port}`);
  return found.pid;
}

function findUdpInode(port: number): string {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  for (const file of ["/proc/net/udp", "/proc/net/udp6"])
    for (const line of readFileSync(file, "utf8").split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${wanted}`)) return fields[9]!;
    }
  throw new Error(`nobody listens on UDP ${port}`);
}

function holdsSocket(pid: number, inode: string): boolean {
  return readdirSync(`/proc/${pid}/fd`).some((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`;
    } catch {
      return false;
    }
  });
}
