import type { ComponentProps, MouseEvent } from "react";
import { navigate } from "./place.ts";

export interface LinkProps extends Omit<ComponentProps<"a">, "href"> {
  /** An address of this page's own origin. */
  to: string;
}

/** A link within the page. With a modifier key, or for another window, it is the browser's as any other. */
export function Link({ to, onClick, ...props }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isOwn = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || !isOwn || props.target) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...props} href={to} onClick={follow} />;
}
