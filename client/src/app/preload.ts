import type { LoaderFunctionArgs } from "react-router";
import { queryClient } from "../api/query-client.ts";
import { realtime } from "../api/socket.ts";
import { eventQuery, eventsQuery } from "../features/events/event-queries.ts";
import { stageQuery } from "../features/stages/stage-query.ts";

/*
 * Loaders that only start things. Failures are the page's business: its own query reports them.
 */
export function preloadEvents(): null {
  void queryClient.prefetchQuery(eventsQuery());
  return null;
}

export function preloadEvent({ params }: LoaderFunctionArgs): null {
  void queryClient.prefetchQuery(eventQuery(params.event!));
  return null;
}

/** The stage's state, the socket and what plays it come in parallel. */
export function preloadStage({ params }: LoaderFunctionArgs): null {
  void queryClient.prefetchQuery(stageQuery(params.event!, params.stage!));
  realtime.connect();
  Promise.all([import("../room/page-certificate.ts"), import("../player/webrtc-path.ts")])
    .then(([{ pageCertificate }]) => pageCertificate())
    .catch(() => {});
  return null;
}
