import { useEffect, useState, useSyncExternalStore } from "react";
import type { StageView } from "../../api/contract.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { DevicesSnapshot, LocalDevices } from "../../room/local-devices.ts";
import { pageSocket } from "../../room/page-socket.ts";
import { type RemotePeer, RoomSession, type RoomSnapshot } from "../../room/room-session.ts";
import { Button } from "../../ui/button.tsx";
import { DeviceBar } from "../../ui/call/device-bar.tsx";
import { SoundSink } from "../../ui/call/media-views.tsx";
import { PeerTile } from "../../ui/call/peer-tile.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { EmptyState } from "../../ui/states.tsx";
import "./backstage.css";
import { HostDesk } from "./host-desk.tsx";
import { OnAirLight } from "./on-air-light.tsx";
import { ProgrammeMonitor } from "./programme-monitor.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { RemovedPeople } from "./removed-people.tsx";
import { Rundown } from "./rundown.tsx";
import { useStageState } from "./use-stage-state.ts";

export interface BackstageRoomProps {
  stage: StageView;
  devices: LocalDevices;
  snapshot: DevicesSnapshot;
  displayName: string;
  onLeave: () => void;
}

export function BackstageRoom({ stage, devices, snapshot, displayName, onLeave }: BackstageRoomProps) {
  const { t } = useTranslation("backstage");
  const { state, schedule, viewerCount } = useStageState(stage);
  const [attempt, setAttempt] = useState(0);
  const session = useBackstage({ stageId: stage.id, phase: state.phase, displayName, devices, attempt });
  const room = useSyncExternalStore(session?.subscribe ?? never, () => session?.getSnapshot() ?? null);
  const isOpen = state.phase === "rehearsal" || state.phase === "live";

  return (
    <div className="backstage-room">
      <OnAirLight
        state={state}
        isInProgramme={room?.self?.isInProgramme ?? false}
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
              onReturn={() => setAttempt(attempt + 1)}
            />
          ) : null}
          {stage.can.drive && room?.status.kind === "joined" ? <RemovedPeople stageId={stage.id} /> : null}
          <DeviceBar devices={devices} snapshot={snapshot} speakRight="picture" canShareScreen isDocked>
            <Button tone="quiet" icon="arrowLeft" onPress={onLeave}>
              {t("leave")}
            </Button>
          </DeviceBar>
        </section>
        <aside className="backstage-side">
          {isOpen ? <ProgrammeMonitor stage={stage} /> : null}
          {stage.can.drive ? <HostDesk stage={stage} state={state} /> : null}
          {stage.can.drive ? <Rundown stage={stage} state={state} schedule={schedule} /> : null}
        </aside>
      </div>
    </div>
  );
}

const never = () => () => {};

interface BackstageStay {
  stageId: string;
  phase: string;
  displayName: string;
  devices: LocalDevices;
  /** Another number is another try. */
  attempt: number;
}

/** The stay in the backstage room while the stage is open; it ends and begins with the stage's phases. */
function useBackstage({ stageId, phase, displayName, devices, attempt }: BackstageStay): RoomSession | null {
  const [session, setSession] = useState<RoomSession | null>(null);
  const isOpen = phase === "rehearsal" || phase === "live";
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` begins the stay anew
  useEffect(() => {
    if (!isOpen) return;
    const made = new RoomSession({
      room: { kind: "backstage", stageId },
      displayName,
      socket: pageSocket,
      devices,
    });
    setSession(made);
    return () => {
      setSession(null);
      made.close();
    };
  }, [stageId, isOpen, displayName, devices, attempt]);
  return session;
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
  const { t } = useTranslation(["backstage", "calls", "common", "errors"]);
  const [isSoundBlocked, setSoundBlocked] = useState(false);
  const [removing, setRemoving] = useState<RemotePeer | null>(null);
  if (room.status.kind === "closed")
    return (
      <EmptyState
        icon="warning"
        title={t(`calls:closed.${room.status.reason}`)}
        action={<Button onPress={onReturn}>{t("common:tryAgain")}</Button>}
      >
        {room.status.reason === "removed" ? <p>{t("errors:removed.text")}</p> : null}
      </EmptyState>
    );
  const { camera, microphone, screen } = snapshot;
  return (
    <>
      {room.status.kind === "joined" ? null : (
        <p className="backstage-status" role="status">
          <Spinner size={20} /> {t(room.status.kind === "joining" ? "calls:joining" : "calls:reconnecting")}
        </p>
      )}
      {isSoundBlocked ? (
        <Button tone="primary" icon="volume" onPress={() => setSoundBlocked(false)}>
          {t("calls:startSound")}
        </Button>
      ) : null}
      <ul className="peer-grid">
        {screen.track ? (
          <PeerTile
            name={t("calls:ownScreen")}
            picture={screen.track}
            isMicrophoneMuted
            isSpeaking={false}
            isOwn
            isScreen
          />
        ) : null}
        <PeerTile
          name={displayName}
          isOwn
          picture={camera.isMuted ? null : camera.track}
          isMicrophoneMuted={!microphone.track || microphone.isMuted}
          isSpeaking={room.activeSpeakerId !== null && room.activeSpeakerId === room.ownPeerId}
          note={room.self?.isInProgramme === false ? t("notInProgramme") : null}
          actions={canDrive && room.self ? <InProgramme session={session} peer={room.self} /> : null}
        />
        {room.peers.map((peer) => (
          <PeerTile
            key={peer.peerId}
            name={peer.displayName}
            picture={peer.camera}
            isMicrophoneMuted={peer.isMicrophoneMuted}
            isSpeaking={room.activeSpeakerId === peer.peerId}
            isConnected={peer.isConnected}
            note={peer.isInProgramme ? t(`role.${peer.role}`) : t("notInProgramme")}
            actions={
              canDrive ? (
                <>
                  <InProgramme session={session} peer={peer} />
                  {peer.role === "speaker" ? (
                    <Button
                      size="s"
                      aria-label={t("removeNamed", { name: peer.displayName })}
                      onPress={() => setRemoving(peer)}
                    >
                      {t("remove")}
                    </Button>
                  ) : null}
                </>
              ) : null
            }
          />
        ))}
        {room.peers.map((peer) =>
          peer.screen ? (
            <PeerTile
              key={`${peer.peerId}-screen`}
              name={t("calls:screenOf", { name: peer.displayName })}
              picture={peer.screen}
              isMicrophoneMuted
              isSpeaking={false}
              isScreen
            />
          ) : null,
        )}
      </ul>
      {isSoundBlocked
        ? null
        : room.peers.map((peer) =>
            peer.microphone ? (
              <SoundSink key={peer.peerId} track={peer.microphone} onBlocked={() => setSoundBlocked(true)} />
            ) : null,
          )}
      {room.peers.length === 0 ? <p className="backstage-alone">{t("alone")}</p> : null}
      <RemoveDialog session={session} peer={removing} onClose={() => setRemoving(null)} />
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
  return (
    <Button
      size="s"
      tone={peer.isInProgramme ? "secondary" : "accent"}
      aria-label={t(peer.isInProgramme ? "takeOffNamed" : "putOnNamed", { name: peer.displayName })}
      onPress={() => void session?.setInProgramme(peer.peerId, !peer.isInProgramme)}
    >
      {t(peer.isInProgramme ? "takeOff" : "putOn")}
    </Button>
  );
}
