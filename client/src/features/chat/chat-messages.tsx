import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Button } from "../../ui/button.tsx";
import { ChatMessageRow, UnsentRow } from "./chat-message.tsx";
import type { ChatSession, ChatSnapshot } from "./chat-session.ts";

export interface ChatMessagesProps {
  session: ChatSession;
  snapshot: ChatSnapshot;
  timeZone: string;
  onDelete: (messageId: string) => void;
}

/** Nearer to the end than this counts as being there, px. */
const END_SLACK_PX = 60;

export function ChatMessages({ session, snapshot, timeZone, onDelete }: ChatMessagesProps) {
  const { t } = useTranslation("chat");
  const { log, unsent, canModerate, ownTag, isReadingOlder } = snapshot;
  const { scroller, isAtEnd, unseen, scrollToEnd, onScroll } = useStickToEnd(
    log.messages,
    unsent.length,
    session,
  );
  const isEmpty = log.messages.length === 0 && unsent.length === 0;

  return (
    <div className="chat-log-frame">
      <div
        className="chat-log"
        ref={scroller}
        onScroll={onScroll}
        role="log"
        aria-label={t("logLabel")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {log.hasOlder ? (
          <Button size="s" isPending={isReadingOlder} onPress={() => void session.readOlder()}>
            {t("older")}
          </Button>
        ) : null}
        {isEmpty ? <p className="chat-empty">{t("empty")}</p> : null}
        {log.messages.map((message) => (
          <ChatMessageRow
            key={message.messageId}
            message={message}
            isOwn={message.author.tag === ownTag}
            timeZone={timeZone}
            onDelete={canModerate ? onDelete : null}
          />
        ))}
        {unsent.map((message) => (
          <UnsentRow key={message.messageId} message={message} session={session} />
        ))}
      </div>
      {!isAtEnd && unseen > 0 ? (
        <Button className="chat-pill" size="s" tone="primary" icon="arrowDown" onPress={scrollToEnd}>
          {t("newMessages", { count: unseen })}
        </Button>
      ) : null}
    </div>
  );
}

/** Follows the end while the reader is there, and counts what comes while they read further up. */
function useStickToEnd(messages: readonly { seq: number }[], unsentCount: number, session: ChatSession) {
  const lastSeq = messages.at(-1)?.seq ?? 0;
  const firstSeq = messages[0]?.seq ?? 0;
  const heightPx = useRef(0);
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const [seenSeq, setSeenSeq] = useState(lastSeq);
  const stuck = useRef(true);

  const scrollToEnd = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
    stuck.current = distance < END_SLACK_PX;
    setAtEnd(stuck.current);
    session.setReading(!stuck.current);
  };
  // Older ones come in above what is read. Browsers hold the place by themselves only below the very top.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes the beginning
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && !stuck.current) element.scrollTop += element.scrollHeight - heightPx.current;
  }, [firstSeq]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these two are what moves the end
  useLayoutEffect(() => {
    if (stuck.current) scrollToEnd();
  }, [lastSeq, unsentCount]);
  useLayoutEffect(() => {
    heightPx.current = scroller.current?.scrollHeight ?? 0;
  });
  useEffect(() => {
    if (isAtEnd) setSeenSeq(lastSeq);
  }, [isAtEnd, lastSeq]);
  // A panel that was hidden or grew has another end.
  // biome-ignore lint/correctness/useExhaustiveDependencies: reads refs only
  useEffect(() => {
    const observer = new ResizeObserver(() => stuck.current && scrollToEnd());
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);

  return {
    scroller,
    isAtEnd,
    unseen: messages.filter((one) => one.seq > seenSeq).length,
    scrollToEnd,
    onScroll,
  };
}
