import { useState } from "react";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { RoomSession } from "../../room/room-session.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { useErrorText } from "../../ui/states.tsx";

export type RemovalPlace = "backstage" | "booth";
interface Removable {
  peerId: string;
  displayName: string;
}

export interface RemoveDialogProps {
  place: RemovalPlace;
  session: RoomSession | null;
  /** Who is to go; `null`: nobody is asked about. */
  peer: Removable | null;
  onClose: () => void;
}

/** The second step before somebody is out of the room. */
function RemoveDialog({ place, session, peer, onClose }: RemoveDialogProps) {
  const { t } = useTranslation("calls");
  const errorText = useErrorText();
  if (peer === null) return null;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t(`removal.${place}.title`, { name: peer.displayName })}
      confirmLabel={t(`removal.${place}.confirm`)}
      describeError={errorText}
      onConfirm={async () => {
        await session?.removePeer(peer.peerId);
      }}
    >
      <p>{t(`removal.${place}.text`)}</p>
      <p>{t(`removal.${place}.hint`)}</p>
    </ConfirmDialog>
  );
}

/** A button per person, and the one dialog that they open: it stays when the person's place in the room is gone. */
export function useRemoval(place: RemovalPlace, session: RoomSession | null) {
  const { t } = useTranslation("calls");
  const [removing, setRemoving] = useState<Removable | null>(null);
  return {
    removeButton: (peer: Removable) => (
      <Button
        size="s"
        aria-label={t(`removal.${place}.named`, { name: peer.displayName })}
        onPress={() => setRemoving(peer)}
      >
        {t("removal.remove")}
      </Button>
    ),
    removeDialog: (
      <RemoveDialog place={place} session={session} peer={removing} onClose={() => setRemoving(null)} />
    ),
  };
}
