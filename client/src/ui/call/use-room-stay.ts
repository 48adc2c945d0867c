import { useEffect, useState, useSyncExternalStore } from "react";
import type { LocalDevices } from "../../room/local-devices.ts";
import { pageSocket } from "../../room/page-socket.ts";
import { RoomSession, type RoomSnapshot } from "../../room/room-session.ts";

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
  /** Enters anew after the stay was closed. */
  retry: () => void;
}

/** The page's stay in a room, while `displayName` is given. */
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
    };
  }, [kind, id, displayName, devices, attempt]);
  const room = useSyncExternalStore(session?.subscribe ?? never, () => session?.getSnapshot() ?? null);
  return { session, room, retry: () => setAttempt(attempt + 1) };
}

const never = () => () => {};
