import type { LoadPages } from "./load-pages.ts";

/**
 * Whether each page says in words that the programme is interrupted: the host's in the backstage, viewers' in the
 * picture's place, and every screen.
 */
export function readFaultWords({ host, watcher, firewalled, screens }: LoadPages): Promise<boolean[]> {
  const looked = [
    host.page.locator(".on-air").getByText("Ohjelmakuvaa ei saada kootuksi"),
    ...[watcher, firewalled].map(({ page }) =>
      page.locator(".player-fault").getByText("Lähetyksessä on katko"),
    ),
    ...screens.map(({ page }) => page.locator(".screen-waiting").getByText("Lähetyksessä on katko")),
  ];
  return Promise.all(looked.map((words) => words.isVisible()));
}
