import { useEffect, useSyncExternalStore } from "react";
import { errorCodeOf, isTemporary } from "./api-error.ts";
import { type Answered, type Query, queries } from "./query.ts";

/**
 * The failure that stands in a page's place: there is nothing to show, or it is over for good (a right that was taken
 * back). A server that is away for a while takes nobody out of a call, and nothing from a form that is half filled in.
 */
export function pageErrorOf({ data, error }: Answered<unknown>): unknown {
  return data === undefined || (error && !isTemporary(errorCodeOf(error))) ? error : null;
}

export interface UsedQuery<Data> extends Answered<Data> {
  refetch: () => Promise<void>;
}

/** Shows an answer and keeps it fresh: on showing, on coming back to the tab or the network, and by its interval. */
export function useQuery<Data>(query: Query<Data>): UsedQuery<Data> {
  const entry = queries.entryOf(query);
  const answered = useSyncExternalStore(entry.store.subscribe, entry.store.getSnapshot);
  useEffect(() => {
    const { refreshMs, isRefreshedUnseen = false } = entry.query;
    const isSeen = () => document.visibilityState === "visible";
    const look = () => {
      if (entry.isOld && isSeen()) void entry.ask();
    };
    if (entry.isOld) void entry.ask();
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    const timer = refreshMs
      ? setInterval(() => (isSeen() || isRefreshedUnseen) && void entry.ask(), refreshMs)
      : undefined;
    return () => {
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
      clearInterval(timer);
    };
  }, [entry]);
  return { ...answered, refetch: () => queries.invalidate(query) };
}
