import type { ReactNode } from "react";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Avatar } from "../avatar.tsx";
import { Icon } from "../icon.tsx";
import "./call.css";
import { VideoView } from "./media-views.tsx";

export interface PeerTileProps {
  name: string;
  picture: MediaStreamTrack | null;
  isMicrophoneMuted: boolean;
  isSpeaking: boolean;
  isConnected?: boolean;
  isOwn?: boolean;
  isScreen?: boolean;
  /** Word or two beside the name: a role, "in the programme". */
  note?: ReactNode;
  actions?: ReactNode;
}

/** One participant: picture or initials, name, microphone, and what may be done about them. */
export function PeerTile(props: PeerTileProps) {
  const {
    name,
    picture,
    isMicrophoneMuted,
    isSpeaking,
    isConnected = true,
    isOwn,
    isScreen,
    note,
    actions,
  } = props;
  const { t } = useTranslation("calls");
  return (
    <li className="peer-tile" data-speaking={isSpeaking || undefined} data-away={!isConnected || undefined}>
      <div className="peer-picture">
        {picture ? (
          <VideoView
            track={picture}
            label={name}
            isMirrored={isOwn && !isScreen}
            fit={isScreen ? "contain" : "cover"}
          />
        ) : (
          <div className="call-no-picture">
            <Avatar name={name} size={72} />
          </div>
        )}
        {isConnected ? null : <p className="peer-away">{t("peerAway")}</p>}
      </div>
      <div className="peer-caption">
        {isScreen ? (
          <Icon name="screen" size={18} />
        ) : (
          <Icon name={isMicrophoneMuted ? "microphoneOff" : "microphone"} size={18} />
        )}
        <span className="peer-name">
          {name}
          {isOwn ? ` (${t("you")})` : ""}
        </span>
        {isMicrophoneMuted && !isScreen ? <span className="visually-hidden">{t("isMuted")}</span> : null}
        {note ? <span className="peer-note">{note}</span> : null}
        {actions ? <span className="peer-actions">{actions}</span> : null}
      </div>
    </li>
  );
}
