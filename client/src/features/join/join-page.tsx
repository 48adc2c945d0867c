import { useEffect, useState } from "react";
import { ApiError } from "../../api/api-error.ts";
import { call } from "../../api/http.ts";
import { queries } from "../../api/query.ts";
import { realtime } from "../../api/socket.ts";
import { useTranslation } from "../../i18n/use-translation.ts";
import { navigate } from "../../navigation/place.ts";
import { useDocumentTitle } from "../../ui/page-header.tsx";
import { Loading } from "../../ui/spinner.tsx";
import { ErrorState } from "../../ui/states.tsx";

/**
 * `/join#<token>`: exchanges the link for a session and goes where the right is for. The token stands in the
 * fragment, which no server or log sees, and leaves the address bar at once.
 */
export function JoinPage() {
  const { t } = useTranslation("join");
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  useDocumentTitle(t("title"));

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks again
  useEffect(() => {
    const token = tokenOf(location.hash);
    if (!token) {
      setError(new ApiError({ code: "link_invalid", message: "no token in the address" }));
      return;
    }
    setError(null);
    let isShown = true;
    exchange(token)
      .then((goTo) => {
        if (!isShown) return;
        // What was read as somebody else, and the socket's rights, are old now.
        queries.clear();
        realtime.reconnect();
        navigate(goTo, { isReplacing: true });
      })
      .catch((cause: unknown) => isShown && setError(cause));
    return () => {
      isShown = false;
    };
  }, [attempt]);

  if (error) return <ErrorState isPage error={error} onRetry={() => setAttempt((made) => made + 1)} />;
  return <Loading />;
}

let pending: { token: string; goTo: Promise<string> } | null = null;

/** One exchange a token, however often the page is drawn. */
function exchange(token: string): Promise<string> {
  if (pending?.token === token) return pending.goTo;
  const goTo = call("openLink", { body: { token } }).then((answer) => answer.goTo);
  pending = { token, goTo };
  goTo.catch(() => {
    pending = null;
  });
  return goTo;
}

function tokenOf(hash: string): string | null {
  return /^#([A-Za-z0-9_-]{43})$/.exec(hash)?.[1] ?? null;
}
