import type { StageView } from "../../api/contract.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { DevicesSnapshot, LocalDevices } from "../../room/local-devices.ts";
import type { RemotePeer, RoomSession, RoomSnapshot } from "../../room/room-session.ts";
import { Button } from "../../ui/button.tsx";
import { DeviceBar } from "../../ui/call/device-bar.tsx";
import { PeopleGrid } from "../../ui/call/people-grid.tsx";
import { useRoomStay } from "../../ui/call/use-room-stay.ts";
import { EmptyState, useErrorText } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { useRemoval } from "../rooms/remove-dialog.tsx";
import { RemovedPeople } from "../rooms/removed-people.tsx";
import { RoomClosed } from "../rooms/room-closed.tsx";
import "./backstage.css";
import { HostDesk } from "./host-desk.tsx";
import { OnAirLight } from "./on-air-light.tsx";
import { ProgrammeMonitor } from "./programme-monitor.tsx";
import { Rundown } from "./rundown.tsx";

export interface BackstageRoomProps {
  stage: StageView;
  devices: LocalDevices;
  snapshot: DevicesSnapshot;
  displayName: string;
  onLeave: () => void;
}

export function BackstageRoom({ stage, devices, snapshot, displayName, onLeave }: BackstageRoomProps) {
  const { t } = useTranslation("backstage");
  const { state, schedule, viewerCount } = stage;
  const isOpen = state.phase === "rehearsal" || state.phase === "live";
  const { session, room, isOut, retry } = useRoomStay({
    kind: "backstage",
    id: stage.id,
    displayName: isOpen ? displayName : null,
    devices,
  });

  return (
    <div className="backstage-room">
      <OnAirLight
        state={state}
        // Who was removed is told nothing of the programme that they were in.
        isInProgramme={room?.status.kind !== "closed" && (room?.self?.isInProgramme ?? false)}
        viewerCount={viewerCount}
      />
      <div className="backstage-columns">
        <section className="backstage-people" aria-label={t("people")}>
          {!isOpen ? (
            <EmptyState
              icon="coffee"
              title={t(`waiting.${state.phase === "ended" ? "ended" : "closed"}.title`)}
            >
              <p>{t(stage.can.drive ? "waiting.host" : "waiting.speaker")}</p>
            </EmptyState>
          ) : room ? (
            <People
              session={session}
              room={room}
              snapshot={snapshot}
              displayName={displayName}
              canDrive={stage.can.drive}
              onReturn={retry}
            />
          ) : null}
          {stage.can.drive && room?.status.kind === "joined" ? (
            <RemovedPeople roomId={`backstage:${stage.id}`} />
          ) : null}
          {isOut ? null : (
            <DeviceBar devices={devices} snapshot={snapshot} speakRight="picture" canShareScreen isDocked>
              <Button tone="quiet" icon="arrowLeft" onPress={onLeave}>
                {t("leave")}
              </Button>
            </DeviceBar>
          )}
        </section>
        <aside className="backstage-side">
          {isOpen && room?.status.kind !== "closed" ? <ProgrammeMonitor stage={stage} /> : null}
          {stage.can.drive ? <HostDesk stage={stage} state={state} /> : null}
          {stage.can.drive ? <Rundown stage={stage} state={state} schedule={schedule} /> : null}
        </aside>
      </div>
    </div>
  );
}

interface PeopleProps {
  session: RoomSession | null;
  room: RoomSnapshot;
  snapshot: DevicesSnapshot;
  displayName: string;
  canDrive: boolean;
  onReturn: () => void;
}

function People({ session, room, snapshot, displayName, canDrive, onReturn }: PeopleProps) {
  const { t } = useTranslation(["backstage", "common"]);
  const { removeButton, removeDialog } = useRemoval("backstage", session);
  if (room.status.kind === "closed")
    return (
      <RoomClosed status={room.status} action={<Button onPress={onReturn}>{t("common:tryAgain")}</Button>} />
    );
  const actionsFor = (peer: RemotePeer) => (
    <>
      <InProgramme session={session} peer={peer} />
      {peer.role === "speaker" ? removeButton(peer) : null}
    </>
  );
  return (
    <>
      <PeopleGrid
        room={room}
        snapshot={snapshot}
        displayName={displayName}
        peers={room.peers}
        noteFor={(peer) => (peer.isInProgramme ? t(`role.${peer.role}`) : t("notInProgramme"))}
        actionsFor={canDrive ? actionsFor : undefined}
        ownNote={room.self?.isInProgramme === false ? t("notInProgramme") : null}
        ownActions={canDrive && room.self ? <InProgramme session={session} peer={room.self} /> : null}
      />
      {room.peers.length === 0 ? <p className="backstage-alone">{t("alone")}</p> : null}
      {removeDialog}
    </>
  );
}

/** Host's switch: whether this person is seen and heard by the audience. */
function InProgramme({
  session,
  peer,
}: {
  session: RoomSession | null;
  peer: { peerId: string; displayName: string; isInProgramme: boolean };
}) {
  const { t } = useTranslation("backstage");
  const errorText = useErrorText();
  const change = () => {
    session
      ?.setInProgramme(peer.peerId, !peer.isInProgramme)
      .catch((error: unknown) => toast(errorText(error), "warning"));
  };
  return (
    <Button
      size="s"
      tone={peer.isInProgramme ? "secondary" : "accent"}
      aria-label={t(peer.isInProgramme ? "takeOffNamed" : "putOnNamed", { name: peer.displayName })}
      onPress={change}
    >
      {t(peer.isInProgramme ? "takeOff" : "putOn")}
    </Button>
  );
}
