import { useEffect } from "react";
import type { RemovedView } from "../../api/contract.ts";
import { type Query, queries } from "../../api/query.ts";
import { realtime } from "../../api/socket.ts";
import { useQuery } from "../../api/use-query.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Button } from "../../ui/button.tsx";
import { useErrorText } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import "./removed-people.css";

function removedQuery(roomId: string): Query<RemovedView[]> {
  return {
    key: ["removed", roomId],
    read: async () => (await realtime.request("room:listRemoved", { roomId })).removed,
    freshMs: 0,
  };
}

/** Who was removed from a room, and the way to let them in again. For those who are in the room and lead it. */
export function RemovedPeople({ roomId }: { roomId: string }) {
  const { t } = useTranslation("calls");
  const errorText = useErrorText();
  const { data: removed = [] } = useQuery(removedQuery(roomId));
  useEffect(
    () =>
      realtime.on("room:removalsChanged", (changed) => {
        if (changed.roomId === roomId) void queries.invalidate(removedQuery(roomId));
      }),
    [roomId],
  );
  if (removed.length === 0) return null;
  const letIn = (personTag: string) => {
    realtime
      .request("room:letIn", { roomId, personTag })
      .catch((error: unknown) => toast(errorText(error), "warning"));
  };
  return (
    <section className="removed-people" aria-labelledby="removed-title">
      <h3 id="removed-title">{t("removal.removed")}</h3>
      <ul className="removed-list">
        {removed.map(({ personTag, displayName }) => (
          <li key={personTag}>
            <span>{displayName}</span>
            <Button
              size="s"
              aria-label={t("removal.letInNamed", { name: displayName })}
              onPress={() => letIn(personTag)}
            >
              {t("removal.letIn")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
