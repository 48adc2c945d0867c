import type { EventDetails, EventSummary } from "../../api/contract.ts";
import { call } from "../../api/http.ts";
import type { Query } from "../../api/query.ts";

const REFRESH_MS = 30_000;

export function eventsQuery(): Query<{ events: EventSummary[] }> {
  return {
    key: ["events"],
    read: (signal) => call("listEvents", { signal }),
    refreshMs: REFRESH_MS,
  };
}

/** `event` is the slug in the address. */
export function eventQuery(event: string): Query<EventDetails> {
  return {
    key: ["event", event],
    read: (signal) => call("readEvent", { params: { event }, signal }),
    refreshMs: REFRESH_MS,
  };
}
