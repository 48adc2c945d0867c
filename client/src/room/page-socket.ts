import { realtime } from "../api/socket.ts";
import type { RoomSocket } from "./room-socket.ts";

/** The page's socket as rooms see it: every new connection is a change, so that a stay joins again. */
export const pageSocket: RoomSocket = {
  request: (name, data) => realtime.request(name, data),
  on: (name, listener) => realtime.on(name, listener),
  onConnection(listener) {
    let isShown = false;
    let shownConnection = 0;
    const update = () => {
      const { phase, connections } = realtime.getSnapshot();
      const isConnected = phase === "connected";
      if (isConnected && connections !== shownConnection) {
        if (isShown) listener(false);
        shownConnection = connections;
        isShown = true;
        listener(true);
      } else if (!isConnected && isShown) {
        isShown = false;
        listener(false);
      }
    };
    const stop = realtime.subscribe(update);
    realtime.connect();
    update();
    return stop;
  },
};
