import { useEffect, useState, useSyncExternalStore } from "react";
import type { LocalDevices } from "../../room/local-devices.ts";
import { pageSocket } from "../../room/page-socket.ts";
import { RoomSession, type RoomSnapshot } from "../../room/room-session.ts";
import { useKeptFocus } from "../use-kept-focus.ts";

export interface RoomStayOptions {
  kind: "backstage" | "booth";
  /** Of the stage, or of the booth. */
  id: string;
  /** `null`: not entered, or left. */
  displayName: string | null;
  devices: LocalDevices | null;
}

export interface RoomStay {
  session: RoomSession | null;
  room: RoomSnapshot | null;
  /** Closed, and not to be waited for. */
  isOut: boolean;
  /** Enters anew after the stay was closed. */
  retry: () => void;
}

/**
 * The page's stay in a room, while `displayName` is given. Who is out of it for good is not filmed any longer; a closed
 * stage is waited for with the devices on. Nobody goes in again with the screen that was shared before.
 */
export function useRoomStay({ kind, id, displayName, devices }: RoomStayOptions): RoomStay {
  const [session, setSession] = useState<RoomSession | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` begins the stay anew
  useEffect(() => {
    if (displayName === null || !devices) return;
    const made = new RoomSession({
      room: kind === "booth" ? { kind, boothId: id } : { kind, stageId: id },
      displayName,
      socket: pageSocket,
      devices,
    });
    setSession(made);
    return () => {
      setSession(null);
      made.close();
      devices.stop("screen");
    };
  }, [kind, id, displayName, devices, attempt]);
  const room = useSyncExternalStore(session?.subscribe ?? never, () => session?.getSnapshot() ?? null);
  const isOut = room?.status.kind === "closed" && room.status.reason !== "stage_closed";
  useEffect(() => {
    if (isOut) for (const source of ["microphone", "camera", "screen"] as const) devices?.stop(source);
  }, [isOut, devices]);
  useKeptFocus(isOut ? "out" : room ? "in" : "before");
  return { session, room, isOut, retry: () => setAttempt(attempt + 1) };
}

const never = () => () => {};
