import { memo } from "react";
import { formatTime } from "../../i18n/dates.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Badge } from "../../ui/card.tsx";
import type { ChatMessage } from "./chat-log.ts";
import type { ChatSession } from "./chat-session.ts";
import type { UnsentMessage } from "./unsent-queue.ts";

export interface ChatMessageRowProps {
  message: ChatMessage;
  isOwn: boolean;
  timeZone: string;
  /** `null`: may not delete. */
  onDelete: ((messageId: string) => void) | null;
}

export const ChatMessageRow = memo(function ChatMessageRow(props: ChatMessageRowProps) {
  const { message, isOwn, timeZone, onDelete } = props;
  const { t } = useTranslation("chat");
  const language = useLanguage();
  const { author, isDeleted } = message;
  // Anonymous writers are told apart by their tag, which means nothing outside this chat.
  const name = author.nickname ?? `${t("anonymous")} ${author.tag.slice(0, 3)}`;
  if (isDeleted)
    return (
      <div className="chat-row chat-row-deleted">
        <p>{t("deleted")}</p>
      </div>
    );
  return (
    <article className="chat-row">
      <Avatar name={author.nickname ?? author.tag} size={32} />
      <div className="chat-row-body">
        <p className="chat-row-head">
          <strong>{name}</strong>
          {isOwn ? <span className="chat-own">({t("you")})</span> : null}
          {author.role === "attendee" ? null : <Badge>{t(`role.${author.role}`)}</Badge>}
          <time dateTime={message.sentAt}>{formatTime(message.sentAt, language, timeZone)}</time>
        </p>
        <p className="chat-text">{message.text}</p>
      </div>
      {onDelete ? (
        <IconButton icon="trash" size="s" label={t("delete")} onPress={() => onDelete(message.messageId)} />
      ) : null}
    </article>
  );
});

export function UnsentRow({ message, session }: { message: UnsentMessage; session: ChatSession }) {
  const { t } = useTranslation(["chat", "errors"]);
  const isFailed = message.state === "failed";
  return (
    <article className="chat-row chat-row-unsent">
      <Avatar name={message.nickname ?? t("chat:anonymous")} size={32} />
      <div className="chat-row-body">
        <p className="chat-row-head">
          <strong>{message.nickname ?? t("chat:anonymous")}</strong>
          <span className="chat-own">({t("chat:you")})</span>
        </p>
        <p className="chat-text">{message.text}</p>
        {isFailed ? (
          <div className="chat-failed">
            <p>
              {t("chat:failed")} {t(`errors:${message.failure ?? "internal"}.text`)}
            </p>
            <Button size="s" onPress={() => session.retry(message.messageId)}>
              {t("chat:retry")}
            </Button>
            <Button size="s" tone="quiet" onPress={() => session.discard(message.messageId)}>
              {t("chat:discard")}
            </Button>
          </div>
        ) : (
          <p className="chat-pending">{t("chat:pending")}</p>
        )}
      </div>
    </article>
  );
}
