import "./level-meter.css";

export interface LevelMeterProps {
  /** Name of what is measured, e.g. "Mikrofoni". */
  label: string;
  /** 0 (silence) to 1 (full scale). */
  level: number;
}

const steps = Array.from({ length: 12 }, (_, step) => ({ step, isHigh: step >= 10 }));

/** Steps rather than a smooth bar (and a div, for browsers draw `<meter>` their own way): readable at a glance and without colour. Not announced while it moves. */
export function LevelMeter({ label, level }: LevelMeterProps) {
  const lit = Math.round(Math.min(1, Math.max(0, level)) * steps.length);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a meter element cannot be drawn in steps
    <div
      className="level-meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(level * 100)}
    >
      {steps.map(({ step, isHigh }) => (
        <span
          key={step}
          className="level-step"
          data-lit={step < lit || undefined}
          data-high={isHigh || undefined}
        />
      ))}
    </div>
  );
}
