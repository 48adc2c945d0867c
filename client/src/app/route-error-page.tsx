import { useEffect } from "react";
import { isRouteErrorResponse, useRouteError } from "react-router";
import { ErrorState } from "../ui/states.tsx";
import { NotFoundPage } from "./not-found-page.tsx";

/** A page threw, or its chunk could not be fetched (no network, or a newer version is installed). */
export function RouteErrorPage() {
  const error = useRouteError();
  useEffect(() => console.error(error), [error]);
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFoundPage />;
  return <ErrorState isPage error={error} />;
}
