import type { ReactNode } from "react";
import { useTranslation } from "../../i18n/use-translation.ts";
import type { RoomStatus } from "../../room/room-session.ts";
import { EmptyState } from "../../ui/states.tsx";

export interface RoomClosedProps {
  status: Extract<RoomStatus, { kind: "closed" }>;
  /** The way in again. */
  action: ReactNode;
}

/** In the room's place for somebody who is out of it: why, also for ears, and what helps. */
export function RoomClosed({ status: { reason, code }, action }: RoomClosedProps) {
  const { t } = useTranslation(["calls", "errors"]);
  const explained = reason === "removed" ? "removed" : code;
  return (
    <div role="alert">
      <EmptyState icon="warning" title={t(`calls:closed.${reason}`)} action={action}>
        {explained ? <p>{t(`errors:${explained}.text`)}</p> : null}
      </EmptyState>
    </div>
  );
}
