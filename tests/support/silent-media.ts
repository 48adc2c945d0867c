import type { MediaPlane } from "../../server/contract/media-plane.ts";
import { AppError } from "../../server/platform/errors.ts";

/** A media plane that is there and refuses everything: for tests in which no room is entered. */
export function silentMedia(): MediaPlane {
  return {
    isConnected: true,
    request: () => Promise.reject(AppError.mediaUnavailable()),
    onNotice: () => () => {},
    onConnection(listener) {
      listener(true);
      return () => {};
    },
    close: async () => {},
  };
}
