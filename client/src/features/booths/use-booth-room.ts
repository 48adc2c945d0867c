import { useEffect, useState, useSyncExternalStore } from "react";
import type { LocalDevices } from "../../room/local-devices.ts";
import { pageSocket } from "../../room/page-socket.ts";
import { RoomSession, type RoomSnapshot } from "../../room/room-session.ts";

/** The stay at a booth's table, while `displayName` is given. */
export function useBoothRoom(
  boothId: string,
  displayName: string | null,
  devices: LocalDevices | null,
): { session: RoomSession | null; room: RoomSnapshot | null } {
  const [session, setSession] = useState<RoomSession | null>(null);
  useEffect(() => {
    if (displayName === null || !devices) return;
    const made = new RoomSession({
      room: { kind: "booth", boothId },
      displayName,
      socket: pageSocket,
      devices,
    });
    setSession(made);
    return () => {
      setSession(null);
      made.close();
    };
  }, [boothId, displayName, devices]);
  const room = useSyncExternalStore(session?.subscribe ?? never, () => session?.getSnapshot() ?? null);
  return { session, room };
}

const never = () => () => {};
