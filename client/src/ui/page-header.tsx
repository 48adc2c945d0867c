import type { ReactNode } from "react";
import { useEffect } from "react";
import { Link } from "../navigation/link.tsx";
import { Icon } from "./icon.tsx";
import "./page-header.css";

export interface PageHeaderProps {
  title: ReactNode;
  /** What the tab says, before "Torilla". */
  documentTitle: string;
  /** Where the arrow above the title leads. */
  back?: { to: string; label: string };
  lead?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, documentTitle, back, lead, actions }: PageHeaderProps) {
  useDocumentTitle(documentTitle);
  return (
    <header className="page-header">
      {back ? (
        <Link className="back-link" to={back.to}>
          <Icon name="arrowLeft" size={20} />
          {back.label}
        </Link>
      ) : null}
      <div className="page-header-row">
        <h1>{title}</h1>
        {actions ? <div className="page-header-actions">{actions}</div> : null}
      </div>
      {lead ? <div className="page-header-lead">{lead}</div> : null}
    </header>
  );
}

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Torilla` : "Torilla";
  }, [title]);
}
