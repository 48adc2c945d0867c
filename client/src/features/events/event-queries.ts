import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/http.ts";

export function eventsQuery() {
  return queryOptions({
    queryKey: ["events"],
    queryFn: ({ signal }) => call("listEvents", { signal }),
    refetchInterval: 30_000,
  });
}

/** `event` is the slug in the address. */
export function eventQuery(event: string) {
  return queryOptions({
    queryKey: ["event", event],
    queryFn: ({ signal }) => call("readEvent", { params: { event }, signal }),
    refetchInterval: 30_000,
  });
}
