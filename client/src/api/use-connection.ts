import { useSyncExternalStore } from "react";
import { type ConnectionState, realtime } from "./socket.ts";

export function useConnection(): ConnectionState {
  return useSyncExternalStore(realtime.subscribe, realtime.getSnapshot);
}
