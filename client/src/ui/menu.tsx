import type { ReactElement } from "react";
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, type Selection } from "react-aria-components";
import { Icon, type IconName } from "./icon.tsx";
import "./menu.css";

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
  trigger: ReactElement;
  label: string;
  entries: readonly MenuEntry<Id>[];
  onChoose: (id: Id) => void;
  /** Makes it a choice of one, with a tick at this. */
  selected?: Id;
}

export function Menu<Id extends string>({ trigger, label, entries, onChoose, selected }: MenuProps<Id>) {
  const choice =
    selected === undefined
      ? {}
      : {
          selectionMode: "single" as const,
          selectedKeys: new Set([selected]) as Selection,
          disallowEmptySelection: true,
        };
  return (
    <MenuTrigger>
      {trigger}
      <Popover className="popover">
        <AriaMenu
          aria-label={label}
          className="listbox"
          items={entries}
          onAction={(key) => onChoose(key as Id)}
          {...choice}
        >
          {(entry) => (
            <MenuItem
              className={`listbox-item${entry.isDanger ? " listbox-item-danger" : ""}`}
              textValue={entry.label}
            >
              {entry.icon ? <Icon name={entry.icon} size={20} /> : null}
              <span className="menu-label" lang={entry.lang}>
                {entry.label}
              </span>
              {selected === entry.id ? <Icon name="check" size={18} /> : null}
            </MenuItem>
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
