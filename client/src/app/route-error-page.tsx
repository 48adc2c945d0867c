import { useEffect } from "react";
import { ErrorState } from "../ui/states.tsx";

/** An unattended screen tries by itself; with its jitter 10 to 20 s, so that not all of them come at once. */
const RELOAD_MS = 10_000;

/** A page threw, or its chunk could not be fetched (no network, or a newer version is installed). */
export function RouteErrorPage({ error, isBare }: { error: unknown; isBare: boolean }) {
  useEffect(() => console.error(error), [error]);
  useEffect(() => {
    if (!isBare) return;
    const timer = setTimeout(() => location.reload(), RELOAD_MS * (1 + Math.random()));
    return () => clearTimeout(timer);
  }, [isBare]);
  return <ErrorState isPage error={error} />;
}
