import { type ReactNode, useState } from "react";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { DevicesSnapshot } from "../../room/local-devices.ts";
import type { RemotePeer, RoomSnapshot } from "../../room/room-session.ts";
import { Button } from "../../ui/button.tsx";
import { SoundSink } from "../../ui/call/media-views.tsx";
import { PeerTile } from "../../ui/call/peer-tile.tsx";
import { Spinner } from "../../ui/spinner.tsx";

export interface TablePeopleProps {
  room: RoomSnapshot;
  snapshot: DevicesSnapshot;
  displayName: string;
  actionsFor?: (peer: RemotePeer) => ReactNode;
}

/** Who is seen and heard at the table; silent visitors are a number. */
export function TablePeople({ room, snapshot, displayName, actionsFor }: TablePeopleProps) {
  const { t } = useTranslation(["booths", "calls"]);
  const [isSoundBlocked, setSoundBlocked] = useState(false);
  const shown = room.peers.filter((peer) => peer.speakRight !== "none");
  const { camera, microphone, screen } = snapshot;
  return (
    <>
      {room.status.kind === "joined" ? null : (
        <p className="table-status" role="status">
          <Spinner size={20} /> {t(room.status.kind === "joining" ? "calls:joining" : "calls:reconnecting")}
        </p>
      )}
      {isSoundBlocked ? (
        <Button tone="primary" icon="volume" onPress={() => setSoundBlocked(false)}>
          {t("calls:startSound")}
        </Button>
      ) : null}
      <ul className="peer-grid">
        {room.speakRight === "none" ? null : (
          <PeerTile
            name={displayName}
            isOwn
            picture={camera.isMuted || room.speakRight !== "picture" ? null : camera.track}
            isMicrophoneMuted={!microphone.track || microphone.isMuted}
            isSpeaking={room.activeSpeakerId !== null && room.activeSpeakerId === room.ownPeerId}
          />
        )}
        {room.speakRight !== "none" && screen.track ? (
          <PeerTile
            name={t("calls:ownScreen")}
            picture={screen.track}
            isMicrophoneMuted
            isSpeaking={false}
            isOwn
            isScreen
          />
        ) : null}
        {shown.map((peer) => (
          <PeerTile
            key={peer.peerId}
            name={peer.displayName}
            picture={peer.camera}
            isMicrophoneMuted={peer.isMicrophoneMuted}
            isSpeaking={room.activeSpeakerId === peer.peerId}
            isConnected={peer.isConnected}
            note={t(`booths:role.${peer.role === "staff" ? "staff" : "visitor"}`)}
            actions={actionsFor?.(peer)}
          />
        ))}
        {shown.map((peer) =>
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
        : shown.map((peer) =>
            peer.microphone ? (
              <SoundSink key={peer.peerId} track={peer.microphone} onBlocked={() => setSoundBlocked(true)} />
            ) : null,
          )}
      <p className="table-count" role="status">
        {t("booths:listening", { count: room.silentVisitorCount })}
      </p>
    </>
  );
}
