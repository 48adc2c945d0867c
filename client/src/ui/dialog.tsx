import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "../i18n/use-translation.ts";
import { Button } from "./button.tsx";
import "./dialog.css";

export interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Buttons, the way out first. */
  actions?: ReactNode;
  /** `alertdialog` interrupts: for decisions. Then a press outside does not close it. */
  role?: "dialog" | "alertdialog";
}

export function Dialog({ isOpen, ...props }: DialogProps) {
  return isOpen ? <OpenDialog {...props} /> : null;
}

/** The browser's own modal dialog: the page behind it is inert, and the focus returns to where it was. */
function OpenDialog({ onClose, title, children, actions, role = "dialog" }: Omit<DialogProps, "isOpen">) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isPressedBeside = useRef(false);
  const titleId = useId();
  // Before it leaves the page: a dialog that is gone already gives no focus back.
  const around = useRef<HTMLElement[]>([]);
  useLayoutEffect(() => {
    const element = dialog.current!;
    around.current = placesAround(document.activeElement);
    element.showModal();
    return () => element.close();
  }, []);
  // What opened it may be gone with what was deleted: then what stood around that.
  useEffect(
    () => () => {
      if (document.activeElement !== document.body) return;
      around.current.find((place) => place.isConnected)?.focus({ preventScroll: true });
    },
    [],
  );
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it too, by `cancel`
    <dialog
      ref={dialog}
      className="dialog-modal"
      role={role}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // By the browser itself: a second Escape in a row is not asked about.
      onClose={onClose}
      // A press on the dialog itself is one beside its content; one that began inside marks text.
      onPointerDown={(event) => {
        isPressedBeside.current = event.target === event.currentTarget;
      }}
      onClick={(event) => {
        const isBeside = isPressedBeside.current && event.target === event.currentTarget;
        if (isBeside && role === "dialog") onClose();
      }}
    >
      <div className="dialog">
        <h2 className="dialog-title" id={titleId}>
          {title}
        </h2>
        <div className="dialog-body">{children}</div>
        {actions ? <div className="dialog-actions">{actions}</div> : null}
      </div>
    </dialog>
  );
}

/** What can have the focus around an element, from the inside outwards. */
function placesAround(element: Element | null): HTMLElement[] {
  const place = element?.closest<HTMLElement>("[tabindex]");
  return place ? [place, ...placesAround(place.parentElement)] : [];
}

export interface ConfirmDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, in a sentence. */
  children: ReactNode;
  confirmLabel: string;
  tone?: "primary" | "danger";
  /** Closes when it is done; while it runs the button waits, and a failure stays to be read. */
  onConfirm: () => Promise<void> | void;
  /** The failure's sentence, from `useErrorText`. */
  describeError?: (error: unknown) => string;
}

/** Second step of what must not happen by accident. The way out has the focus. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { isOpen, onClose, title, children, confirmLabel, tone = "danger", onConfirm, describeError } = props;
  const { t } = useTranslation();
  const [isPending, setPending] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  /** Counts how often it was closed: what ends after that has nobody to tell. */
  const closings = useRef(0);

  const close = () => {
    closings.current++;
    setPending(false);
    setFailure(null);
    onClose();
  };
  const confirm = async () => {
    const opened = closings.current;
    const isStillOpen = () => opened === closings.current;
    setPending(true);
    setFailure(null);
    try {
      await onConfirm();
      if (isStillOpen()) close();
    } catch (error) {
      if (!isStillOpen()) return;
      setPending(false);
      setFailure(describeError?.(error) ?? t("errors:internal.text"));
    }
  };

  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={title}
      role="alertdialog"
      actions={
        <>
          <Button onPress={close} isDisabled={isPending}>
            {t("cancel")}
          </Button>
          <Button tone={tone} onPress={() => void confirm()} isPending={isPending}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {children}
      {failure ? (
        <p className="dialog-failure" role="alert">
          {failure}
        </p>
      ) : null}
    </Dialog>
  );
}
