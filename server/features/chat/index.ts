import type { Mount } from "../../platform/mount.ts";
import { mountChatSocket } from "./chat.socket.ts";
import { ChatLogs } from "./chat-logs.ts";

/** One chat mechanism for stages and booths. */
export const mountChat: Mount = (ctx, { realtime }) => {
  const logs = new ChatLogs(ctx);
  mountChatSocket(ctx, realtime, logs);
  return { close: async () => logs.close() };
};
