import type { ReactNode } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  composeRenderProps,
} from "react-aria-components";
import { Link, type LinkProps } from "react-router";
import "./button.css";
import { Icon, type IconName } from "./icon.tsx";
import { Spinner } from "./spinner.tsx";

/** `primary` once a view; `danger` only for what cannot be taken back; `quiet` beside other things. */
export type ButtonTone = "primary" | "secondary" | "quiet" | "danger" | "accent";
interface Look {
  tone?: ButtonTone;
  size?: "m" | "s" | "l";
  icon?: IconName;
}

export interface ButtonProps extends AriaButtonProps, Look {
  children: ReactNode;
}

/** With `isPending` it keeps its width and focus, shows a spinner and does nothing. */
export function Button({ tone = "secondary", size = "m", icon, children, className, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={composeRenderProps(className, (extra) => lookOf(tone, size, extra))}>
      {props.isPending ? <Spinner size={20} /> : icon ? <Icon name={icon} size={20} /> : null}
      <span className="button-label">{children}</span>
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<AriaButtonProps, "children">, Omit<Look, "icon"> {
  icon: IconName;
  /** Its name for everybody; also shown as a tooltip by `title`. */
  label: string;
}

export function IconButton({
  icon,
  label,
  tone = "quiet",
  size = "m",
  className,
  ...props
}: IconButtonProps) {
  return (
    <AriaButton
      {...props}
      aria-label={label}
      className={composeRenderProps(className, (extra) => `${lookOf(tone, size, extra)} icon-button`)}
    >
      <Icon name={icon} size={size === "s" ? 20 : 24} />
    </AriaButton>
  );
}

export interface LinkButtonProps extends LinkProps, Look {
  children: ReactNode;
}

/** A link that looks like a button: for going somewhere, never for doing something. */
export function LinkButton({
  tone = "secondary",
  size = "m",
  icon,
  children,
  className,
  ...props
}: LinkButtonProps) {
  return (
    <Link {...props} className={lookOf(tone, size, className)}>
      {icon ? <Icon name={icon} size={20} /> : null}
      <span className="button-label">{children}</span>
    </Link>
  );
}

function lookOf(tone: ButtonTone, size: string, extra?: string): string {
  return `button button-${tone} button-size-${size}${extra ? ` ${extra}` : ""}`;
}
