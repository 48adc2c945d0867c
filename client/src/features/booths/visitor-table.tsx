import { type FormEvent, useEffect, useState } from "react";
import type { BoothView } from "../../api/contract.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { RoomSession, RoomSnapshot } from "../../room/room-session.ts";
import { Button } from "../../ui/button.tsx";
import { DeviceBar } from "../../ui/call/device-bar.tsx";
import { useDevices } from "../../ui/call/use-devices.ts";
import { useRoomStay } from "../../ui/call/use-room-stay.ts";
import { TextField } from "../../ui/field.tsx";
import { useErrorText } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { RoomClosed } from "../rooms/room-closed.tsx";
import { TablePeople } from "./table-people.tsx";

/** The table as a visitor meets it: come in unheard and unseen, listen, ask to speak. */
export function VisitorTable({ booth }: { booth: BoothView }) {
  const { t } = useTranslation("booths");
  const { devices, snapshot } = useDevices();
  const [name, setName] = useState("");
  const [entered, setEntered] = useState<string | null>(null);
  const { session, room } = useRoomStay({ kind: "booth", id: booth.id, displayName: entered, devices });
  const right = room?.speakRight ?? "none";

  useEffect(() => {
    if (!devices || right === "none") return;
    void devices.startEach("microphone", ...(right === "picture" ? ["camera" as const] : []));
    return () => {
      for (const source of ["microphone", "camera", "screen"] as const) devices.stop(source);
    };
  }, [devices, right]);

  if (entered === null || !room || !snapshot || !devices) {
    const enter = (submitted: FormEvent) => {
      submitted.preventDefault();
      setEntered(name.trim() || t("anonymous"));
    };
    return (
      <form className="table-door" onSubmit={enter}>
        <p>{t(booth.isStaffed ? "staffedLead" : "unstaffedLead")}</p>
        <TextField
          label={t("nickname")}
          hint={t("nicknameHint")}
          value={name}
          onChange={setName}
          maxLength={60}
          autoComplete="off"
        />
        <Button type="submit" tone="primary" size="l" icon="headphones">
          {t("sitDown")}
        </Button>
        <p className="table-promise">{t("unseenPromise")}</p>
      </form>
    );
  }
  if (room.status.kind === "closed")
    return (
      <RoomClosed
        status={room.status}
        action={<Button onPress={() => setEntered(null)}>{t("sitDown")}</Button>}
      />
    );
  return (
    <div className="table-room">
      <TablePeople room={room} snapshot={snapshot} displayName={entered} />
      {room.peers.some((peer) => peer.role === "staff") ? null : <p role="status">{t("nobodyYet")}</p>}
      <DeviceBar devices={devices} snapshot={snapshot} speakRight={right} canShareScreen={false}>
        {right === "none" && room.self ? <AskToSpeak session={session} room={room} /> : null}
        <Button tone="quiet" icon="arrowLeft" onPress={() => setEntered(null)}>
          {t("standUp")}
        </Button>
      </DeviceBar>
      <p className="table-standing" role="status">
        {right === "none" ? (isAskingIn(room) ? t("waitingToSpeak") : null) : t(`admitted.${right}`)}
      </p>
    </div>
  );
}

function AskToSpeak({ session, room }: { session: RoomSession | null; room: RoomSnapshot }) {
  const { t } = useTranslation("booths");
  const errorText = useErrorText();
  const isAsking = isAskingIn(room);
  const ask = () => {
    session?.askToSpeak(!isAsking).catch((error: unknown) => toast(errorText(error), "warning"));
  };
  return (
    <Button tone={isAsking ? "secondary" : "primary"} icon="microphone" aria-pressed={isAsking} onPress={ask}>
      {t(isAsking ? "stopAsking" : "askToSpeak")}
    </Button>
  );
}

function isAskingIn(room: RoomSnapshot): boolean {
  return room.self?.isAskingToSpeak ?? false;
}
