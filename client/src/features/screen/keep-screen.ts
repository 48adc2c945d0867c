import { realtime } from "../../api/socket.ts";

/** A server that was put in place just now has all its screens: they take the new page one after the other. */
const SPREAD_MS = 20_000;

/**
 * Lets the browser keep the screen's page, so that it starts without a network too, and takes a new version without
 * anybody there to press reload. Only over https or on localhost, as browsers will have it; elsewhere the screen works
 * as long as it is not loaded anew. @returns how to stop
 */
export function keepScreen(): () => void {
  const stops = [reloadWhenOutdated()];
  if (import.meta.env.PROD && "serviceWorker" in navigator) stops.push(keepByWorker(navigator.serviceWorker));
  return () => {
    for (const stop of stops) stop();
  };
}

/** Server and page speak different contracts: nothing works until the page is the server's own. */
function reloadWhenOutdated(): () => void {
  return realtime.subscribe(() => {
    if (realtime.getSnapshot().phase === "mismatch") reloadSoon();
  });
}

function keepByWorker(container: ServiceWorkerContainer): () => void {
  const wasKept = container.controller !== null;
  const onChange = () => wasKept && reloadSoon();
  container.addEventListener("controllerchange", onChange);
  const registering = container
    .register("/screen-worker.js", { scope: "/screen" })
    .catch((error: unknown) => console.info("[screen] the page is not kept:", error));
  // After the server was away it may be a newer one.
  const stop = realtime.onConnected(() => {
    void registering.then((registration) => registration?.update()).catch(() => {});
  });
  return () => {
    container.removeEventListener("controllerchange", onChange);
    stop();
  };
}

function reloadSoon(): void {
  setTimeout(() => location.reload(), Math.random() * SPREAD_MS);
}
