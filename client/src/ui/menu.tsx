import { cloneElement, type KeyboardEvent, type ReactElement } from "react";
import { Icon, type IconName } from "./icon.tsx";
import "./menu.css";
import { Popover, type TriggerProps } from "./popover.tsx";

export interface MenuEntry<Id extends string> {
  id: Id;
  label: string;
  icon?: IconName;
  isDanger?: boolean;
  /** Language of the label when it is not the page's. */
  lang?: string;
}

export interface MenuProps<Id extends string> {
  /** What is pressed to open it: a `Button` or `IconButton`. */
  trigger: ReactElement<Partial<TriggerProps>>;
  label: string;
  entries: readonly MenuEntry<Id>[];
  onChoose: (id: Id) => void;
  /** Makes it a choice of one, with a tick at this. */
  selected?: Id;
}

export function Menu<Id extends string>({ trigger, label, entries, onChoose, selected }: MenuProps<Id>) {
  const isChoice = selected !== undefined;
  return (
    <Popover
      trigger={(props) => cloneElement(trigger, props)}
      role="menu"
      label={label}
      className="listbox"
      initialFocus="[aria-checked=true]"
      onKeyDown={moveBetween}
    >
      {(close) =>
        entries.map((entry) => (
          <button
            key={entry.id}
            type="button"
            {...(isChoice
              ? { role: "menuitemradio", "aria-checked": selected === entry.id }
              : { role: "menuitem" })}
            tabIndex={-1}
            className={`listbox-item${entry.isDanger ? " listbox-item-danger" : ""}`}
            onClick={() => {
              close();
              onChoose(entry.id);
            }}
          >
            {entry.icon ? <Icon name={entry.icon} size={20} /> : null}
            <span className="menu-label" lang={entry.lang}>
              {entry.label}
            </span>
            {selected === entry.id ? <Icon name="check" size={18} /> : null}
          </button>
        ))
      }
    </Popover>
  );
}

function moveBetween(event: KeyboardEvent, close: () => void): void {
  if (event.key === "Tab") close();
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const index = next[event.key];
  if (index === undefined) return;
  event.preventDefault();
  items[index]?.focus();
}
