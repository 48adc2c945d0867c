import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import "./tabs.css";

export interface TabEntry {
  id: string;
  title: ReactNode;
  content: ReactNode;
}

export interface TabsProps {
  label: string;
  entries: readonly TabEntry[];
  className?: string;
}

/** Every panel stays in the page while hidden, so that a chat keeps its scroll and a half-written line. */
export function Tabs({ label, entries, className }: TabsProps) {
  const base = useId();
  const [selected, setSelected] = useState(entries[0]?.id);
  const move = (event: KeyboardEvent) => {
    const at = entries.findIndex((one) => one.id === selected);
    const last = entries.length - 1;
    const next: Record<string, number> = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    };
    const entry = entries[next[event.key] ?? -1];
    if (!entry) return;
    event.preventDefault();
    setSelected(entry.id);
    document.getElementById(`${base}-${entry.id}`)?.focus();
  };
  return (
    <div className={`tabs ${className ?? ""}`}>
      <div role="tablist" aria-label={label} className="tab-list">
        {entries.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${base}-${id}`}
            className="tab"
            aria-selected={id === selected}
            aria-controls={`${base}-${id}-panel`}
            tabIndex={id === selected ? 0 : -1}
            onClick={() => setSelected(id)}
            onKeyDown={move}
          >
            {title}
          </button>
        ))}
      </div>
      {entries.map(({ id, content }) => (
        <div
          key={id}
          role="tabpanel"
          id={`${base}-${id}-panel`}
          aria-labelledby={`${base}-${id}`}
          className="tab-panel"
          hidden={id !== selected}
        >
          {content}
        </div>
      ))}
    </div>
  );
}
