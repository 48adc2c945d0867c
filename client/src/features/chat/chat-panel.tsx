import { useState } from "react";
import { ApiError } from "../../api/api-error.ts";
import type { ChatRef } from "../../api/contract.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Loading } from "../../ui/spinner.tsx";
import { ErrorState, useErrorText } from "../../ui/states.tsx";
import { ChatComposer } from "./chat-composer.tsx";
import { ChatMessages } from "./chat-messages.tsx";
import "./chat-panel.css";
import { useChat } from "./use-chat.ts";

export interface ChatPanelProps {
  chat: ChatRef;
  /** Zone of the times beside messages; Finland's unless said otherwise. */
  timeZone?: string;
}

/** A stage's or booth's chat: messages, and where to write one. Fills the height that it is given. */
export function ChatPanel({ chat, timeZone = "Europe/Helsinki" }: ChatPanelProps) {
  const { t } = useTranslation("chat");
  const errorText = useErrorText();
  const open = useChat(chat);
  const [deleting, setDeleting] = useState<string | null>(null);

  if (!open || open.snapshot.phase === "joining") return <Loading label={t("joining")} />;
  const { session, snapshot } = open;
  if (snapshot.phase === "closed")
    return <ErrorState error={new ApiError({ code: snapshot.failure ?? "internal", message: "chat" })} />;

  return (
    <div className="chat">
      <ChatMessages session={session} snapshot={snapshot} timeZone={timeZone} onDelete={setDeleting} />
      <ChatComposer session={session} snapshot={snapshot} />
      <ConfirmDialog
        isOpen={deleting !== null}
        onClose={() => setDeleting(null)}
        title={t("deleteTitle")}
        confirmLabel={t("delete")}
        onConfirm={() => session.delete(deleting!)}
        describeError={errorText}
      >
        <p>{t("deleteText")}</p>
      </ConfirmDialog>
    </div>
  );
}
