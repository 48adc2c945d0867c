/*
 * Where the page is: the address bar as a store, and the only place that writes to the browser's history. Each entry
 * keeps how far it was scrolled, so that going back shows what was left.
 */
import { Store } from "../api/store.ts";

export interface Place {
  pathname: string;
  search: string;
  /** Where this entry was scrolled to when it was left; `null`: it is new. */
  scrollY: number | null;
}

const hasWindow = typeof window !== "undefined";

function readPlace(): Place {
  if (!hasWindow) return { pathname: "/", search: "", scrollY: null };
  const { scrollY = null } = (history.state ?? {}) as { scrollY?: number | null };
  return { pathname: location.pathname, search: location.search, scrollY };
}

export const place = new Store<Place>(readPlace());

/** Goes to an address of this page's own origin. Where the page is already makes no second entry, as with any link. */
export function navigate(to: string, { isReplacing = false }: { isReplacing?: boolean } = {}): void {
  const isHere = new URL(to, location.href).href === location.href;
  if (isReplacing || isHere) history.replaceState(null, "", to);
  else {
    keepScroll();
    history.pushState(null, "", to);
  }
  place.set(readPlace());
}

function keepScroll(): void {
  history.replaceState({ scrollY }, "");
}

if (hasWindow) {
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => {
    const next = readPlace();
    const { pathname, search } = place.getSnapshot();
    // Another fragment of the same page is the browser's own business.
    if (next.pathname !== pathname || next.search !== search) place.set(next);
  });
  // The entry that is left by the browser's own buttons has its place from its last standstill.
  let timer: ReturnType<typeof setTimeout> | undefined;
  addEventListener(
    "scroll",
    () => {
      clearTimeout(timer);
      timer = setTimeout(keepScroll, 150);
    },
    { passive: true },
  );
  addEventListener("pagehide", keepScroll);
}
