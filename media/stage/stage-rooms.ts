import type { Log } from "../log.ts";
import type { Notify } from "../notify.ts";
import type { ProgrammeMembership } from "../sfu/programme-membership.ts";
import { Room } from "../sfu/room.ts";
import type { WorkerPool, WorkerSlot } from "../sfu/worker-pool.ts";

/** Owned by the stage. */
export interface StageRooms {
  backstage: Room;
  audience: Room;
}

interface RoomsOptions {
  stageId: string;
  pool: WorkerPool;
  notify: Notify;
  log: Log;
  graceMs?: number;
}

interface BackstageOptions {
  onProducersChanged: () => void;
  onActiveSpeaker: () => void;
  /** Of a backstage that died: who is in the programme. */
  membership?: ProgrammeMembership;
}

/** Both rooms of a stage, at home on `slot`. */
export async function createRooms(
  options: RoomsOptions,
  slot: WorkerSlot,
  listeners: BackstageOptions,
): Promise<StageRooms> {
  const { stageId, pool, notify, log, graceMs } = options;
  const [backstage, audience] = await Promise.all([
    createBackstage(options, slot, listeners),
    Room.create({
      roomId: `audience:${stageId}`,
      kind: "audience",
      pool,
      slot,
      notify,
      log,
      graceMs,
      onCounted: (count) => notify("stage:audienceCounted", { stageId, count }),
    }),
  ]);
  return { backstage, audience };
}

export function createBackstage(
  { stageId, pool, notify, log, graceMs }: RoomsOptions,
  slot: WorkerSlot,
  { membership, onProducersChanged, onActiveSpeaker }: BackstageOptions,
): Promise<Room> {
  return Room.create({
    roomId: `backstage:${stageId}`,
    kind: "backstage",
    pool,
    slot,
    notify,
    log,
    graceMs,
    membership,
    onProducersChanged,
    onActiveSpeaker,
  });
}
