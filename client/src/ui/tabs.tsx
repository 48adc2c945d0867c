import type { ReactNode } from "react";
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from "react-aria-components";
import "./tabs.css";

export interface TabEntry {
  id: string;
  title: ReactNode;
  content: ReactNode;
}

export interface TabsProps {
  label: string;
  entries: readonly TabEntry[];
  selected?: string;
  onSelect?: (id: string) => void;
  className?: string;
}

/** Every panel stays in the page while hidden, so that a chat keeps its scroll and a half-written line. */
export function Tabs({ label, entries, selected, onSelect, className }: TabsProps) {
  return (
    <AriaTabs
      className={`tabs ${className ?? ""}`}
      {...(selected === undefined ? {} : { selectedKey: selected })}
      onSelectionChange={(key) => onSelect?.(String(key))}
    >
      <TabList aria-label={label} className="tab-list">
        {entries.map((entry) => (
          <Tab key={entry.id} id={entry.id} className="tab">
            {entry.title}
          </Tab>
        ))}
      </TabList>
      {entries.map((entry) => (
        <TabPanel key={entry.id} id={entry.id} className="tab-panel" shouldForceMount>
          {entry.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
