import type { ReactNode } from "react";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { DevicesSnapshot } from "../../room/local-devices.ts";
import type { RemotePeer, RoomSnapshot } from "../../room/room-session.ts";
import { PeopleGrid } from "../../ui/call/people-grid.tsx";

export interface TablePeopleProps {
  room: RoomSnapshot;
  snapshot: DevicesSnapshot;
  displayName: string;
  actionsFor?: (peer: RemotePeer) => ReactNode;
}

/** Who is seen and heard at the table; silent visitors are a number. */
export function TablePeople({ room, snapshot, displayName, actionsFor }: TablePeopleProps) {
  const { t } = useTranslation("booths");
  return (
    <>
      <PeopleGrid
        room={room}
        snapshot={snapshot}
        displayName={displayName}
        peers={room.peers.filter((peer) => peer.speakRight !== "none")}
        noteFor={(peer) => t(`role.${peer.role === "staff" ? "staff" : "visitor"}`)}
        actionsFor={actionsFor}
      />
      <p className="table-count" role="status">
        {t("listening", { count: room.silentVisitorCount })}
      </p>
    </>
  );
}
