import { useEffect } from "react";
import type { LinkView, ManagedEvent } from "../../api/contract.ts";
import { call } from "../../api/http.ts";
import { type Query, queries } from "../../api/query.ts";
import { realtime } from "../../api/socket.ts";

export function managedEventQuery(event: string): Query<ManagedEvent> {
  return {
    key: ["manage", event],
    read: (signal) => call("readManagedEvent", { params: { event }, signal }),
  };
}

/** Newest first. Who opens a link tells nobody, so it is looked at now and then. */
export function linksQuery(event: string): Query<LinkView[]> {
  return {
    key: ["links", event],
    read: async (signal) => (await call("listLinks", { params: { event }, signal })).links,
    refreshMs: 30_000,
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
