import { type ReactNode, useState } from "react";
import { ApiError } from "../../api/api-error.ts";
import type { BoothView, SpeakRight } from "../../api/contract.ts";
import { pageErrorOf, useQuery } from "../../api/use-query.ts";
import { useLocalText } from "../../i18n/local-text.tsx";
import { useTranslation } from "../../i18n/use-translation.ts";
import { useParams } from "../../navigation/params.ts";
import type { RemotePeer, RoomSession } from "../../room/room-session.ts";
import { Button, type ButtonTone } from "../../ui/button.tsx";
import { DeviceBar } from "../../ui/call/device-bar.tsx";
import { DeviceCheck } from "../../ui/call/device-check.tsx";
import { useDevices } from "../../ui/call/use-devices.ts";
import { useRoomStay } from "../../ui/call/use-room-stay.ts";
import { Card } from "../../ui/card.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Loading } from "../../ui/spinner.tsx";
import { ErrorState, useErrorText } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { ChatPanel } from "../chat/chat-panel.tsx";
import { nicknameStore, setNickname } from "../chat/nickname.ts";
import { useRemoval } from "../rooms/remove-dialog.tsx";
import { RemovedPeople } from "../rooms/removed-people.tsx";
import { RoomClosed } from "../rooms/room-closed.tsx";
import { boothQuery, useBoothNotices } from "./booth-query.ts";
import "./booths.css";
import { TablePeople } from "./table-people.tsx";

/** The association's side of its table: often one volunteer with a phone. */
export function BoothStaffPage() {
  const { event, booth } = useParams<"event" | "booth">();
  const query = useQuery(boothQuery(event, booth));
  useBoothNotices(query.data);
  const error = pageErrorOf(query);
  if (error) return <ErrorState isPage error={error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  if (!query.data.can.staff)
    return (
      <ErrorState isPage error={new ApiError({ code: "forbidden", message: "not staff of this booth" })} />
    );
  return <Staff booth={query.data} />;
}

function Staff({ booth }: { booth: BoothView }) {
  const { t } = useTranslation("booths");
  const local = useLocalText();
  const { devices, snapshot } = useDevices();
  const [displayName, setDisplayName] = useState<string | null>(null);
  const { session, room } = useRoomStay({ kind: "booth", id: booth.id, displayName, devices });
  const { removeButton, removeDialog } = useRemoval("booth", session);
  const name = local(booth.name);
  if (!devices || !snapshot) return <Loading />;
  const openTable = (chosen: string) => {
    // Staff answer by the name that they sit at the table with, unless they chose another.
    if (nicknameStore.getSnapshot().nickname === "") setNickname(chosen);
    setDisplayName(chosen);
  };
  return (
    <div className="page-wide booth" style={{ "--booth": booth.colour } as React.CSSProperties}>
      <PageHeader
        title={t("staffTitle", { booth: name })}
        documentTitle={t("staffTitle", { booth: name })}
        back={{ to: `/e/${booth.event.slug}/booth/${booth.slug}`, label: t("toBooth") }}
      />
      {displayName === null || !room ? (
        <DeviceCheck
          devices={devices}
          snapshot={snapshot}
          title={t("staffCheckTitle")}
          lead={<p>{t("staffCheckLead")}</p>}
          enterLabel={t("openTable")}
          onEnter={openTable}
        />
      ) : room.status.kind === "closed" ? (
        <RoomClosed
          status={room.status}
          action={<Button onPress={() => setDisplayName(null)}>{t("openTable")}</Button>}
        />
      ) : (
        <div className="booth-columns">
          <div className="booth-main">
            <Queue
              session={session}
              peers={room.peers.filter((peer) => peer.isAskingToSpeak)}
              removeButton={removeButton}
            />
            <TablePeople
              room={room}
              snapshot={snapshot}
              displayName={displayName}
              actionsFor={(peer) =>
                peer.role === "staff" ? null : (
                  <>
                    {peer.speakRight === "voice" ? (
                      <RightButton
                        session={session}
                        peer={peer}
                        speakRight="picture"
                        label={t("admitPicture")}
                      />
                    ) : null}
                    <RightButton session={session} peer={peer} speakRight="none" label={t("endTurn")} />
                    {removeButton(peer)}
                  </>
                )
              }
            />
            {room.status.kind === "joined" ? <RemovedPeople roomId={`booth:${booth.id}`} /> : null}
            {removeDialog}
            <DeviceBar
              devices={devices}
              snapshot={snapshot}
              speakRight={room.speakRight}
              canShareScreen
              isDocked
            >
              <Button tone="quiet" icon="arrowLeft" onPress={() => setDisplayName(null)}>
                {t("closeTable")}
              </Button>
            </DeviceBar>
          </div>
          <Card as="section" aria-labelledby="chat-title" className="booth-card booth-chat">
            <h2 id="chat-title">{t("chat")}</h2>
            <ChatPanel chat={{ kind: "booth", boothId: booth.id }} />
          </Card>
        </div>
      )}
    </div>
  );
}

/** Who waits to speak, in the order they came. */
function Queue({
  session,
  peers,
  removeButton,
}: {
  session: RoomSession | null;
  peers: RemotePeer[];
  removeButton: (peer: RemotePeer) => ReactNode;
}) {
  const { t } = useTranslation("booths");
  return (
    <section className="booth-queue" aria-live="polite" aria-label={t("queue")}>
      {peers.map((peer) => (
        <Card key={peer.peerId} className="booth-asker">
          <p>{t("asks", { name: peer.displayName })}</p>
          <div className="booth-asker-actions">
            <RightButton
              session={session}
              peer={peer}
              speakRight="voice"
              label={t("admitVoice")}
              tone="primary"
            />
            <RightButton session={session} peer={peer} speakRight="picture" label={t("admitPicture")} />
            <RightButton session={session} peer={peer} speakRight="none" label={t("notNow")} tone="quiet" />
            {removeButton(peer)}
          </div>
        </Card>
      ))}
    </section>
  );
}

interface RightButtonProps {
  session: RoomSession | null;
  peer: RemotePeer;
  speakRight: SpeakRight;
  label: string;
  tone?: ButtonTone;
}

function RightButton({ session, peer, speakRight, label, tone = "secondary" }: RightButtonProps) {
  const errorText = useErrorText();
  return (
    <Button
      size="s"
      tone={tone}
      aria-label={`${label}: ${peer.displayName}`}
      onPress={() => {
        session
          ?.setSpeakRight(peer.peerId, speakRight)
          .catch((error: unknown) => toast(errorText(error), "warning"));
      }}
    >
      {label}
    </Button>
  );
}
