import { Store } from "../api/store.ts";

export const themes = ["auto", "light", "dark"] as const;
/** `auto` follows the device. */
export type Theme = (typeof themes)[number];

const KEY = "torilla.theme";
export const themeStore = new Store<{ theme: Theme }>({ theme: "auto" });

export function setTheme(theme: Theme): void {
  themeStore.set({ theme });
  apply(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export function startTheme(): void {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEY);
  } catch {
    // As above.
  }
  const theme = themes.find((one) => one === kept) ?? "auto";
  themeStore.set({ theme });
  apply(theme);
}

function apply(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
