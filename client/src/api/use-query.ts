import { useEffect, useSyncExternalStore } from "react";
import { type Answered, type Query, queries } from "./query.ts";

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
