import { QueryClient } from "@tanstack/react-query";
import { errorCodeOf, isTemporary } from "./api-error.ts";

const MAX_RETRIES = 3;

/** Notices keep what is shown fresh; a return to the tab asks again only for what is old. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < MAX_RETRIES && isTemporary(errorCodeOf(error)),
      retryDelay: (failures) => Math.min(8_000, 500 * 2 ** failures) * (0.5 + Math.random()),
    },
  },
});
