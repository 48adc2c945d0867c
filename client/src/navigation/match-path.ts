import type { ComponentType } from "react";

export type Params = Record<string, string>;

export interface Route {
  /** `/e/:event/stage/:stage`. */
  path: string;
  load: () => Promise<ComponentType>;
  /** Starts what the page will ask for, while its code is on the way; never makes it wait. */
  prepare?: (params: Params) => void;
  /** Without header and footer. */
  isBare?: boolean;
}

export function findRoute(
  routes: readonly Route[],
  pathname: string,
): { route: Route; params: Params } | null {
  for (const route of routes) {
    const params = matchPath(route.path, pathname);
    if (params) return { route, params };
  }
  return null;
}

/** The parts of `pathname` that `pattern` names by `:name`, or `null` where it does not match. */
export function matchPath(pattern: string, pathname: string): Params | null {
  const wanted = pattern.split("/");
  const found = pathname.replace(/(.)\/$/, "$1").split("/");
  if (wanted.length !== found.length) return null;
  const params: Params = {};
  for (const [index, part] of wanted.entries()) {
    const own = found[index]!;
    if (!part.startsWith(":")) {
      if (part !== own) return null;
      continue;
    }
    if (own === "") return null;
    try {
      params[part.slice(1)] = decodeURIComponent(own);
    } catch {
      return null;
    }
  }
  return params;
}
