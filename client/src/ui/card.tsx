import type { ReactNode } from "react";
import "./card.css";

export interface CardProps {
  children: ReactNode;
  as?: "div" | "section" | "article" | "li";
  className?: string;
  "aria-labelledby"?: string;
}

export function Card({ children, as: Tag = "div", className, ...props }: CardProps) {
  return (
    <Tag {...props} className={`card ${className ?? ""}`}>
      {children}
    </Tag>
  );
}

export type BadgeTone = "live" | "upcoming" | "calm" | "accent" | "danger";

/** A word or two on a state; `live` has the dot that says it without colour too. */
export function Badge({ tone = "calm", children }: { tone?: BadgeTone; children: ReactNode }) {
  return (
    <span className={`badge badge-${tone}`}>
      {tone === "live" ? <span className="badge-dot" aria-hidden="true" /> : null}
      {children}
    </span>
  );
}
