import { io } from "socket.io-client";
import type { ErrorBody } from "./contract.ts";
import type { OpenSocketLink } from "./socket-link.ts";

/** For networks that let no WebSocket through: socket.io's own client, by requests that are held back. */
export const openPollingLink: OpenSocketLink = (origin, auth, events) => {
  const socket = io(origin, {
    auth,
    transports: ["polling", "websocket"],
    reconnection: false,
    forceNew: true,
  });
  let hasOpened = false;
  let isEnded = false;
  let heardAtMs = performance.now();
  socket.io.on("packet", () => {
    heardAtMs = performance.now();
  });
  const end = (refusal: ErrorBody | null) => {
    if (isEnded) return;
    isEnded = true;
    socket.close();
    events.onEnd({ hasOpened, refusal });
  };
  socket.on("connect", () => {
    hasOpened = true;
    events.onOpen();
  });
  socket.on("connect_error", (error) => end((error as { data?: ErrorBody }).data ?? null));
  socket.on("disconnect", () => end(null));
  socket.onAny((name: string, data: unknown) => events.onNotice(name, data));
  return {
    get heardAtMs() {
      return heardAtMs;
    },
    ask: (name, data, deadlineMs) => socket.timeout(deadlineMs).emitWithAck(name, data),
    close() {
      isEnded = true;
      socket.close();
    },
  };
};
