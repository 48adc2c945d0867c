import { tabStorage } from "../api/tab-storage.ts";

/** Random key of this tab: it survives a reload, so that the reloaded page replaces its earlier self. */
export function requirePeerKey(): string {
  const storage = tabStorage();
  const kept = storage.getItem("torilla.peerKey");
  // A duplicated tab copies sessionStorage; the navigation type tells a reload from a copy.
  const isReload = performance
    .getEntriesByType("navigation")
    .some((entry) => (entry as PerformanceNavigationTiming).type !== "navigate");
  if (kept && isReload) return kept;
  if (kept && pageKey === kept) return kept;
  pageKey ??= crypto.randomUUID().replaceAll("-", "");
  storage.setItem("torilla.peerKey", pageKey);
  return pageKey;
}

let pageKey: string | null = null;
