import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { Link, type LinkProps } from "../navigation/link.tsx";
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

interface PressableProps extends Omit<ComponentProps<"button">, "onClick" | "disabled" | "children"> {
  onPress?: () => void;
  isDisabled?: boolean;
  /** It keeps its width and focus, shows a spinner and does nothing. */
  isPending?: boolean;
}

export interface ButtonProps extends PressableProps, Look {
  children: ReactNode;
}

export function Button({ tone = "secondary", size = "m", icon, children, className, ...props }: ButtonProps) {
  return (
    <Pressable {...props} className={lookOf(tone, size, className)}>
      {props.isPending ? <Spinner size={20} /> : icon ? <Icon name={icon} size={20} /> : null}
      <span className="button-label">{children}</span>
    </Pressable>
  );
}

export interface IconButtonProps extends PressableProps, Omit<Look, "icon"> {
  icon: IconName;
  /** Its name for everybody. */
  label: string;
}

export function IconButton(props: IconButtonProps) {
  const { icon, label, tone = "quiet", size = "m", className, ...rest } = props;
  return (
    <Pressable {...rest} aria-label={label} className={`${lookOf(tone, size, className)} icon-button`}>
      <Icon name={icon} size={size === "s" ? 20 : 24} />
    </Pressable>
  );
}

function Pressable({
  onPress,
  isDisabled,
  isPending = false,
  type = "button",
  children,
  ...props
}: PressableProps & { children: ReactNode }) {
  const press = (event: MouseEvent) => {
    if (isPending) event.preventDefault();
    else onPress?.();
  };
  return (
    <button
      {...props}
      type={type}
      disabled={isDisabled}
      aria-disabled={isPending || undefined}
      onClick={press}
    >
      {children}
    </button>
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
