/*
 * Two ways to tell something that nobody asked for: `announce` for screen readers only, `toast` for everybody.
 * One live region each, mounted once by the app shell.
 */
import { useSyncExternalStore } from "react";
import { Store } from "../api/store.ts";
import { useTranslation } from "../i18n/use-translation.ts";
import { IconButton } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
import "./toast.css";

export type ToastTone = "calm" | "good" | "warning";
interface Toast {
  id: number;
  text: string;
  tone: ToastTone;
}
const SHOWN_MS = 7_000;
const MAX_TOASTS = 3;

const store = new Store<{ toasts: readonly Toast[]; announcement: string }>({ toasts: [], announcement: "" });
let nextId = 1;

/** Shows a sentence for a while, and says it to screen readers. */
export function toast(text: string, tone: ToastTone = "calm"): void {
  const id = nextId++;
  const { toasts } = store.getSnapshot();
  store.patch({
    toasts: [...toasts.filter((one) => one.text !== text), { id, text, tone }].slice(-MAX_TOASTS),
  });
  setTimeout(() => dismiss(id), SHOWN_MS);
}

/** Says a sentence to screen readers, when they have finished what they are saying. */
export function announce(text: string): void {
  // A no-break space more or less makes a repeated sentence a change, which is what is read out.
  const { announcement } = store.getSnapshot();
  store.patch({ announcement: announcement === text ? `${text}\u00a0` : text });
}

function dismiss(id: number): void {
  store.patch({ toasts: store.getSnapshot().toasts.filter((one) => one.id !== id) });
}

const icons: Record<ToastTone, IconName> = { calm: "info", good: "check", warning: "warning" };

export function Toasts() {
  const { t } = useTranslation();
  const { toasts, announcement } = useSyncExternalStore(store.subscribe, store.getSnapshot);
  return (
    <>
      <div className="visually-hidden" aria-live="polite" aria-atomic="true">
        {announcement}
      </div>
      <div className="toasts" role="status">
        {toasts.map((one) => (
          <div key={one.id} className={`toast toast-${one.tone}`}>
            <Icon name={icons[one.tone]} size={20} />
            <p>{one.text}</p>
            <IconButton icon="close" size="s" label={t("close")} onPress={() => dismiss(one.id)} />
          </div>
        ))}
      </div>
    </>
  );
}
