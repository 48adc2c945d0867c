import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { call } from "../../api/http.ts";
import { realtime } from "../../api/socket.ts";

export function managedEventQuery(event: string) {
  return queryOptions({
    queryKey: ["manage", event],
    queryFn: ({ signal }) => call("readManagedEvent", { params: { event }, signal }),
  });
}

/** Conversion progress and new recordings while the page is open. */
export function useManageNotices(event: string, eventId: string | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!eventId) return;
    const { queryKey } = managedEventQuery(event);
    const stops = [
      realtime.on("media:progressed", ({ presentationId, media }) =>
        client.setQueryData(
          queryKey,
          (shown) =>
            shown && {
              ...shown,
              presentations: shown.presentations.map((one) =>
                one.id === presentationId ? { ...one, media } : one,
              ),
            },
        ),
      ),
      realtime.on("stage:recordingsChanged", () => void client.invalidateQueries({ queryKey })),
      realtime.onConnected(() => {
        realtime
          .request("manage:watch", { eventId })
          .then(() => client.invalidateQueries({ queryKey }))
          .catch(() => {});
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      realtime.request("manage:unwatch", { eventId }).catch(() => {});
    };
  }, [client, event, eventId]);
}
