import { useEffect } from "react";

/**
 * What was pressed may go with what it stood in, for `shown` to take its place: then the keyboard goes on from the
 * page's content, not from its top.
 */
export function useKeptFocus(shown: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what stood there before is gone when it changes
  useEffect(() => keepFocus, [shown]);
}

function keepFocus(): void {
  if (document.activeElement === document.body)
    document.getElementById("main")?.focus({ preventScroll: true });
}
