import { type KeyboardEvent, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "../../i18n/use-translation.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import type { ChatSession, ChatSnapshot } from "./chat-session.ts";
import { MAX_NICKNAME, nicknameStore, setNickname } from "./nickname.ts";

const MAX_LENGTH = 1_000;
const SHOW_COUNTER_FROM = 800;

/** Enter sends, Shift + Enter breaks the line. */
export function ChatComposer({ session, snapshot }: { session: ChatSession; snapshot: ChatSnapshot }) {
  const { t } = useTranslation("chat");
  const { nickname } = useSyncExternalStore(nicknameStore.subscribe, nicknameStore.getSnapshot);
  const [text, setText] = useState("");
  const [isQueueFull, setQueueFull] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);

  const submit = () => {
    const trimmed = text.trim();
    if (trimmed === "") return;
    const isQueued = session.send(trimmed, nickname === "" ? null : nickname);
    setQueueFull(!isQueued);
    if (isQueued) setText("");
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  return (
    <form
      className="chat-composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p className="chat-note" role="status">
        {isQueueFull ? t("queueFull") : snapshot.isSlowedDown ? t("slowDown") : null}
      </p>
      <NicknameRow nickname={nickname} />
      <div className="chat-write">
        <textarea
          ref={field}
          className="field-input chat-input"
          aria-label={t("message.label")}
          placeholder={t("message.placeholder")}
          rows={1}
          maxLength={MAX_LENGTH}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <IconButton icon="send" tone="primary" label={t("send")} type="submit" />
      </div>
      <p className="chat-counter" aria-live="polite">
        {text.length >= SHOW_COUNTER_FROM ? t("message.left", { count: MAX_LENGTH - text.length }) : null}
      </p>
    </form>
  );
}

function NicknameRow({ nickname }: { nickname: string }) {
  const { t } = useTranslation(["chat", "common"]);
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null)
    return (
      <p className="chat-nickname">
        {t("chat:nickname.as")} <strong>{nickname === "" ? t("chat:anonymous") : nickname}</strong>
        <Button size="s" tone="quiet" onPress={() => setDraft(nickname)}>
          {t("chat:nickname.change")}
        </Button>
      </p>
    );
  const keep = () => {
    setNickname(draft);
    setDraft(null);
  };
  return (
    <div className="chat-nickname-edit">
      <TextField
        label={t("chat:nickname.label")}
        hint={t("chat:nickname.hint")}
        value={draft}
        onChange={setDraft}
        maxLength={MAX_NICKNAME}
        autoFocus
        onKeyDown={(event) => {
          if (event.key === "Escape") setDraft(null);
          if (event.key !== "Enter") return;
          event.preventDefault();
          keep();
        }}
      />
      <Button size="s" tone="primary" onPress={keep}>
        {t("common:save")}
      </Button>
    </div>
  );
}
