import { useEffect } from "react";
import type { ManagedEvent } from "../../api/contract.ts";
import { call } from "../../api/http.ts";
import { type Query, queries } from "../../api/query.ts";
import { realtime } from "../../api/socket.ts";

export function managedEventQuery(event: string): Query<ManagedEvent> {
  return {
    key: ["manage", event],
    read: (signal) => call("readManagedEvent", { params: { event }, signal }),
  };
}

/** Conversion progress and new recordings while the page is open. */
export function useManageNotices(event: string, eventId: string | undefined): void {
  useEffect(() => {
    if (!eventId) return;
    const query = managedEventQuery(event);
    const stops = [
      realtime.on("media:progressed", ({ presentationId, media }) =>
        queries.change(query, (shown) => ({
          ...shown,
          presentations: shown.presentations.map((one) =>
            one.id === presentationId ? { ...one, media } : one,
          ),
        })),
      ),
      realtime.on("stage:recordingsChanged", () => void queries.invalidate(query)),
      realtime.onConnected(() => {
        realtime
          .request("manage:watch", { eventId })
          .then(() => queries.invalidate(query))
          .catch(() => {});
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      realtime.request("manage:unwatch", { eventId }).catch(() => {});
    };
  }, [event, eventId]);
}
