import { type ReactNode, useState } from "react";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { DevicesSnapshot } from "../../room/local-devices.ts";
import type { RemotePeer, RoomSnapshot } from "../../room/room-session.ts";
import { Button } from "../button.tsx";
import { Spinner } from "../spinner.tsx";
import { SoundSink } from "./media-views.tsx";
import { PeerTile } from "./peer-tile.tsx";

export interface PeopleGridProps {
  room: RoomSnapshot;
  snapshot: DevicesSnapshot;
  displayName: string;
  /** Who is shown and heard besides oneself. */
  peers: RemotePeer[];
  noteFor: (peer: RemotePeer) => string;
  actionsFor?: ((peer: RemotePeer) => ReactNode) | undefined;
  ownNote?: string | null;
  ownActions?: ReactNode;
}

/** Everybody who is seen and heard in a room, oneself first if one may send, and their sound. */
export function PeopleGrid(props: PeopleGridProps) {
  const { room, snapshot, displayName, peers, noteFor, actionsFor, ownNote, ownActions } = props;
  const { t } = useTranslation("calls");
  const [isSoundBlocked, setSoundBlocked] = useState(false);
  const { camera, microphone, screen } = snapshot;
  const { status, speakRight, activeSpeakerId, ownPeerId } = room;
  const isSending = speakRight !== "none";
  return (
    <>
      {status.kind === "joined" ? null : (
        <p className="call-status" role="status">
          <Spinner size={20} /> {t(status.kind === "joining" ? "joining" : "reconnecting")}
        </p>
      )}
      {isSoundBlocked ? (
        <Button tone="primary" icon="volume" onPress={() => setSoundBlocked(false)}>
          {t("startSound")}
        </Button>
      ) : null}
      <ul className="peer-grid">
        {isSending && screen.track ? (
          <PeerTile
            name={t("ownScreen")}
            picture={screen.track}
            isMicrophoneMuted
            isSpeaking={false}
            isOwn
            isScreen
          />
        ) : null}
        {isSending ? (
          <PeerTile
            name={displayName}
            isOwn
            picture={camera.isMuted || speakRight !== "picture" ? null : camera.track}
            isMicrophoneMuted={!microphone.track || microphone.isMuted}
            isSpeaking={activeSpeakerId !== null && activeSpeakerId === ownPeerId}
            note={ownNote}
            actions={ownActions}
          />
        ) : null}
        {peers.map((peer) => (
          <PeerTile
            key={peer.peerId}
            name={peer.displayName}
            picture={peer.camera}
            isMicrophoneMuted={peer.isMicrophoneMuted}
            isSpeaking={activeSpeakerId === peer.peerId}
            isConnected={peer.isConnected}
            note={noteFor(peer)}
            actions={actionsFor?.(peer)}
          />
        ))}
        {peers.map((peer) =>
          peer.screen ? (
            <PeerTile
              key={`${peer.peerId}-screen`}
              name={t("screenOf", { name: peer.displayName })}
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
        : peers.map((peer) =>
            peer.microphone ? (
              <SoundSink key={peer.peerId} track={peer.microphone} onBlocked={() => setSoundBlocked(true)} />
            ) : null,
          )}
    </>
  );
}
