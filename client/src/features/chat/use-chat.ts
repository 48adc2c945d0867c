import { useEffect, useState, useSyncExternalStore } from "react";
import type { ChatRef } from "../../api/contract.ts";
import { realtime } from "../../api/socket.ts";
import { ChatSession, type ChatSnapshot } from "./chat-session.ts";

export interface OpenChat {
  session: ChatSession;
  snapshot: ChatSnapshot;
}

const never = () => () => {};

/** The chat for as long as the component lives; `null` until it is opened. `chat` may be a new object each time. */
export function useChat(chat: ChatRef): OpenChat | null {
  const { kind } = chat;
  const id = chat.kind === "stage" ? chat.stageId : chat.boothId;
  const [session, setSession] = useState<ChatSession | null>(null);
  useEffect(() => {
    const opened = new ChatSession(
      realtime,
      kind === "stage" ? { kind, stageId: id } : { kind, boothId: id },
    );
    setSession(opened);
    return () => opened.close();
  }, [kind, id]);
  const snapshot = useSyncExternalStore(session?.subscribe ?? never, () => session?.getSnapshot() ?? null);
  return session && snapshot ? { session, snapshot } : null;
}
