import { Component, type ComponentType, type ReactNode, useEffect, useLayoutEffect, useState } from "react";
import { findRoute, type Params, type Route } from "./match-path.ts";
import { ParamsContext } from "./params.ts";
import { type Place, place } from "./place.ts";

export interface ShellProps {
  children: ReactNode;
  /** Of the page that is shown. */
  pathname: string;
  /** The next page is on its way. */
  isBusy: boolean;
}

interface RouterProps {
  routes: readonly Route[];
  /** For addresses that no route has. */
  notFound: ComponentType;
  shells: { app: ComponentType<ShellProps>; bare: ComponentType<ShellProps> };
  /** In the first page's stead while it is on its way. */
  loading: ReactNode;
  failed: Failure;
}

/** `isBare`: nobody is there to press anything. */
type Failure = ComponentType<{ error: unknown; isBare: boolean }>;

interface Shown {
  at: Place;
  params: Params;
  isBare: boolean;
  Page: ComponentType;
}

/** Every page is a chunk of its own; the page that is left stays until the next one has come. */
export function Router({ routes, notFound, shells, loading, failed: Failed }: RouterProps) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [isBusy, setBusy] = useState(true);

  useEffect(() => {
    let turn = 0;
    const go = async () => {
      const own = ++turn;
      const at = place.getSnapshot();
      const found = findRoute(routes, at.pathname);
      // The first page was prepared before there was a router.
      if (own > 1) found?.route.prepare?.(found.params);
      setBusy(true);
      const isBare = found?.route.isBare ?? false;
      const Page = found
        ? await found.route.load().catch((error: unknown) => () => <Failed error={error} isBare={isBare} />)
        : notFound;
      if (own !== turn) return;
      setBusy(false);
      setShown({ at, params: found?.params ?? {}, Page, isBare });
    };
    void go();
    return place.subscribe(() => void go());
  }, [routes, notFound, Failed]);
  useLayoutEffect(() => {
    if (shown) scrollTo(0, shown.at.scrollY ?? 0);
  }, [shown]);

  if (!shown) return loading;
  const { at, params, Page, isBare } = shown;
  const Shell = isBare ? shells.bare : shells.app;
  return (
    <ParamsContext value={params}>
      <Shell pathname={at.pathname} isBusy={isBusy}>
        <Barrier key={at.pathname} failed={Failed} isBare={isBare}>
          <Page />
        </Barrier>
      </Shell>
    </ParamsContext>
  );
}

interface BarrierProps {
  children: ReactNode;
  failed: Failure;
  isBare: boolean;
}

/** A page that throws is replaced by the sentence about it; the next page is tried anew. */
class Barrier extends Component<BarrierProps, { error: unknown; hasFailed: boolean }> {
  override state = { error: null as unknown, hasFailed: false };

  static getDerivedStateFromError(error: unknown) {
    return { error, hasFailed: true };
  }

  override render() {
    const { failed: Failed, isBare, children } = this.props;
    return this.state.hasFailed ? <Failed error={this.state.error} isBare={isBare} /> : children;
  }
}
