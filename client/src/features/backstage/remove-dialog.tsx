import { useTranslation } from "../../i18n/use-translation.ts";
import type { RoomSession } from "../../room/room-session.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { useErrorText } from "../../ui/states.tsx";

export interface RemoveDialogProps {
  session: RoomSession | null;
  /** Who is to go; `null`: nobody is asked about. */
  peer: { peerId: string; displayName: string } | null;
  onClose: () => void;
}

/** The host's second step before somebody is out of the backstage. */
export function RemoveDialog({ session, peer, onClose }: RemoveDialogProps) {
  const { t } = useTranslation("backstage");
  const errorText = useErrorText();
  if (peer === null) return null;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t("removeTitle", { name: peer.displayName })}
      confirmLabel={t("removeConfirm")}
      describeError={errorText}
      onConfirm={async () => {
        await session?.removePeer(peer.peerId);
      }}
    >
      <p>{t("removeText")}</p>
      <p>{t("removeHint")}</p>
    </ConfirmDialog>
  );
}
