import { type ReactNode, useState } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
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

export function Dialog({ isOpen, onClose, title, children, actions, role = "dialog" }: DialogProps) {
  return (
    <ModalOverlay
      className="dialog-overlay"
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={role === "dialog"}
    >
      <Modal className="dialog-modal">
        <AriaDialog className="dialog" role={role}>
          <Heading slot="title" className="dialog-title">
            {title}
          </Heading>
          <div className="dialog-body">{children}</div>
          {actions ? <div className="dialog-actions">{actions}</div> : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
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

  const close = () => {
    setFailure(null);
    onClose();
  };
  const confirm = async () => {
    setPending(true);
    setFailure(null);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setFailure(describeError?.(error) ?? t("errors:internal.text"));
    } finally {
      setPending(false);
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
          <Button autoFocus onPress={close} isDisabled={isPending}>
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
