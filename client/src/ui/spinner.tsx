import { useTranslation } from "../i18n/use-translation.ts";
import "./spinner.css";

/** Decoration only: whoever shows it says in words what is awaited. */
export function Spinner({ size = 32 }: { size?: number }) {
  return (
    <svg className="spinner" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <circle className="spinner-track" cx="16" cy="16" r="13" />
      <circle className="spinner-arc" cx="16" cy="16" r="13" pathLength="100" />
    </svg>
  );
}

/** A page or a part of it that is on its way; appears only when the wait is long enough to be noticed. */
export function Loading({ label }: { label?: string }) {
  const { t } = useTranslation();
  return (
    <div className="loading" role="status">
      <Spinner />
      <span>{label ?? t("loading")}</span>
    </div>
  );
}

/** Grey stand-in of the coming text's size, so that the page does not jump. */
export function Skeleton({ lines = 3, isPicture = false }: { lines?: number; isPicture?: boolean }) {
  return (
    <div className="skeleton" aria-hidden="true">
      {isPicture ? <div className="skeleton-picture" /> : null}
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <div className="skeleton-line" key={line} />
      ))}
    </div>
  );
}
