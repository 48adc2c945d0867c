import { useEffect } from "react";
import { ErrorState } from "../ui/states.tsx";

/** A page threw, or its chunk could not be fetched (no network, or a newer version is installed). */
export function RouteErrorPage({ error }: { error: unknown }) {
  useEffect(() => console.error(error), [error]);
  return <ErrorState isPage error={error} />;
}
