import { queries } from "../api/query.ts";
import { realtime } from "../api/socket.ts";
import { eventQuery, eventsQuery } from "../features/events/event-queries.ts";
import { stageQuery } from "../features/stages/stage-query.ts";
import type { Params } from "../navigation/match-path.ts";

/*
 * What a page asks for first, asked while its code is still on the way; nothing here needs React. Failures are the
 * page's business: its own query reports them.
 */
export function prepareEvents(): void {
  void queries.prepare(eventsQuery());
}

export function prepareEvent({ event }: Params): void {
  void queries.prepare(eventQuery(event!));
}

/** The stage's state, the socket and the way into its audience come in parallel; the first two open the third. */
export function prepareStage({ event, stage }: Params): void {
  const answer = queries.prepare(stageQuery(event!, stage!));
  realtime.connect();
  import("../player/early-entrance.ts").then(
    ({ enterEarly }) => enterEarly(answer),
    () => {},
  );
}
