import { type ComponentProps, type ReactNode, useId } from "react";
import "./field.css";
import { Icon } from "./icon.tsx";

export interface TextFieldProps
  extends Pick<
    ComponentProps<"input">,
    "type" | "inputMode" | "maxLength" | "autoComplete" | "autoFocus" | "placeholder"
  > {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  /** Shown, announced and tied to the field while set. */
  error?: string | undefined;
  /** More than one line when given. */
  rows?: number;
  onKeyDown?: (event: React.KeyboardEvent) => void;
}

export function TextField({ label, hint, error, rows, onChange, type = "text", ...props }: TextFieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(" ");
  const own = {
    ...props,
    id,
    className: "field-input",
    "aria-invalid": error ? true : undefined,
    "aria-describedby": described || undefined,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {rows ? <textarea {...own} rows={rows} /> : <input {...own} type={type} />}
      {hint ? (
        <div className="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      ) : null}
      {error ? (
        <div className="field-error" id={`${id}-error`} role="alert">
          {error}
        </div>
      ) : null}
    </div>
  );
}

export interface SelectProps<Value extends string> {
  label: string;
  value: Value | null;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}

export function Select<Value extends string>({ label, value, options, onChange }: SelectProps<Value>) {
  const id = useId();
  const isKnown = options.some((option) => option.value === value);
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <div className="select">
        <select
          id={id}
          className="field-input"
          value={value ?? ""}
          onChange={(event) => onChange(event.target.value as Value)}
        >
          {/* Else the browser would show the first, as if it were chosen. */}
          {isKnown ? null : (
            <option value={value ?? ""} hidden>
              –
            </option>
          )}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="chevronDown" size={20} />
      </div>
    </div>
  );
}

export interface SwitchProps {
  children: ReactNode;
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
}

export function Switch({ children, isSelected, onChange }: SwitchProps) {
  return (
    <label className="switch">
      <input
        type="checkbox"
        role="switch"
        className="over"
        checked={isSelected}
        aria-checked={isSelected}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="switch-track" aria-hidden="true">
        <span className="switch-thumb" />
      </span>
      <span>{children}</span>
    </label>
  );
}

export interface ChoiceProps<Value extends string> {
  label: string;
  value: Value | null;
  options: readonly { id: Value; label: string }[];
  onChange: (value: Value) => void;
  /** `segments`: side by side, its label only said. */
  look?: "list" | "segments";
}

/** One of a few, all in sight. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, options, onChange, look = "list" } = props;
  const name = useId();
  return (
    <div role="radiogroup" aria-label={label} className={look === "list" ? "choice" : "segments"}>
      {look === "list" ? (
        <span className="choice-label" aria-hidden="true">
          {label}
        </span>
      ) : null}
      {options.map((option) => (
        <label key={option.id} className={look === "list" ? "choice-option" : "segment"}>
          <input
            type="radio"
            name={name}
            className="over"
            checked={option.id === value}
            onChange={() => onChange(option.id)}
          />
          {look === "list" ? <span className="choice-mark" aria-hidden="true" /> : null}
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
}
