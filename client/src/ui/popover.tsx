import { type ReactElement, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from "react";
import "./popover.css";

/*
 * What opens beside a button, by the browser's own popovers: in the top layer (over full screen too), closed by
 * Escape and by a press elsewhere, with the focus back where it was.
 */
export interface PopoverProps {
  /** Props for the button that opens it. */
  trigger: (props: TriggerProps) => ReactElement;
  role: "menu" | "dialog";
  label: string;
  className?: string;
  onKeyDown?: (event: React.KeyboardEvent, close: () => void) => void;
  /** What gets the focus; the first thing that can have it, when there is no such element. */
  initialFocus?: string;
  children: (close: () => void) => ReactNode;
}

export interface TriggerProps {
  popoverTarget: string;
  "aria-haspopup": "menu" | "dialog";
  "aria-expanded": boolean;
  ref: RefObject<HTMLButtonElement | null>;
}

const GAP_PX = 6;
const FOCUSABLE = "button, input, a[href], select, textarea";

export function Popover(props: PopoverProps) {
  const { trigger, role, label, className = "", onKeyDown, initialFocus, children } = props;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const close = () => box.current?.hidePopover();

  useEffect(() => {
    const element = box.current!;
    const onToggle = (event: Event) => setOpen((event as ToggleEvent).newState === "open");
    element.addEventListener("toggle", onToggle);
    return () => element.removeEventListener("toggle", onToggle);
  }, []);
  useEffect(() => {
    if (!isOpen || !button.current || !box.current) return;
    const [anchor, element] = [button.current, box.current];
    const place = () => placeBeside(anchor, element);
    place();
    const first = initialFocus ? element.querySelector<HTMLElement>(initialFocus) : null;
    (first ?? element.querySelector<HTMLElement>(FOCUSABLE))?.focus({ preventScroll: true });
    addEventListener("resize", place);
    addEventListener("scroll", place, { capture: true, passive: true });
    return () => {
      delete element.dataset.placed;
      removeEventListener("resize", place);
      removeEventListener("scroll", place, { capture: true });
    };
  }, [isOpen, initialFocus]);

  return (
    <>
      {trigger({ popoverTarget: id, "aria-haspopup": role, "aria-expanded": isOpen, ref: button })}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its role is the caller's */}
      <div
        ref={box}
        id={id}
        popover="auto"
        {...{ role, "aria-label": label }}
        className={`popover ${className}`}
        onKeyDown={(event) => onKeyDown?.(event, close)}
      >
        {isOpen ? children(close) : null}
      </div>
    </>
  );
}

/** Below the button where there is room, else above it; its start or end at the button's, within the window. */
function placeBeside(anchor: HTMLElement, element: HTMLElement): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = element;
  const isBelow = at.bottom + GAP_PX + height <= innerHeight || at.top < innerHeight - at.bottom;
  const top = isBelow ? at.bottom + GAP_PX : at.top - GAP_PX - height;
  const left = at.left + width <= innerWidth - GAP_PX ? at.left : at.right - width;
  element.style.top = `${Math.max(GAP_PX, Math.min(top, innerHeight - height - GAP_PX))}px`;
  element.style.left = `${Math.max(GAP_PX, left)}px`;
  element.dataset.placed = "";
}
