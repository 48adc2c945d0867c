import type { Realtime } from "../../platform/answer.ts";
import type { Connection } from "../../platform/connection.ts";
import { channels } from "../../platform/notifier.ts";
import type { HostAction, StageDesks } from "./stage-desks.ts";
import type { ViewerCount } from "./viewer-count.ts";

/** A page shows one stage, a screen all of an event's; more is somebody trying things out. */
const MAX_WATCHED = 50;

export function mountStageSocket(realtime: Realtime, desks: StageDesks, viewers: ViewerCount): void {
  const counted = new WeakMap<Connection, Map<string, () => void>>();

  function uncount(connection: Connection, stageId: string): void {
    counted.get(connection)?.get(stageId)?.();
    counted.get(connection)?.delete(stageId);
  }

  function count(connection: Connection, stageId: string): void {
    const stages = counted.get(connection) ?? new Map<string, () => void>();
    if (stages.has(stageId) || stages.size >= MAX_WATCHED) return;
    counted.set(connection, stages);
    const takeBack = viewers.add(stageId, connection.actor.guestKey);
    const forget = connection.onGone(takeBack);
    stages.set(stageId, () => {
      forget();
      takeBack();
    });
  }

  realtime.answer("stage:watch", async ({ data, connection }) => {
    const desk = await desks.require(data.stageId);
    connection.join(channels.stage(desk.stageId));
    if (data.isCounted) {
      count(connection, desk.stageId);
      connection.leave(channels.desk(desk.stageId));
    } else {
      uncount(connection, desk.stageId);
      connection.join(channels.desk(desk.stageId));
    }
    return { state: desk.announced, viewerCount: viewers.of(desk.stageId) };
  });

  realtime.answer("stage:unwatch", async ({ data, connection }) => {
    connection.leave(channels.stage(data.stageId));
    connection.leave(channels.desk(data.stageId));
    uncount(connection, data.stageId);
    return {};
  });

  const drive = (name: "stage:openRehearsal" | "stage:goLive" | "stage:end" | "stage:close") =>
    realtime.answer(name, async ({ data, authorise }) => {
      const { eventId, stageId } = await desks.require(data.stageId);
      authorise({ eventId, stageId });
      const desk = await desks.drive(stageId, name.slice("stage:".length) as HostAction);
      return { state: desk.announced };
    });
  drive("stage:openRehearsal");
  drive("stage:goLive");
  drive("stage:end");
  drive("stage:close");
}
