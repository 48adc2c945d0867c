import { takeEntrance } from "./held-entrance.ts";
import type { Path } from "./path-choice.ts";
import type { LoadPath, PathRequest, ProgrammePlayerOptions } from "./programme-player.ts";

/** Fetches only what the way needs: WebRTC, hls.js, or neither. Rejects when it is not wanted any more by then. */
export const loadPath: LoadPath = async (name, request) => {
  if (name === "webrtc") {
    const { WebrtcPath } = await import("./webrtc-path.ts");
    requireWanted(request);
    if (request.programme.kind !== "live") throw new Error("a recording has no room");
    return new WebrtcPath({ ...request, programme: request.programme, openEntrance: takeEntrance });
  }
  const [{ default: Hls }, { HlsPath }] = await loadHls();
  requireWanted(request);
  if (Hls.isSupported()) return new HlsPath({ ...request, Hls });
  const { NativeHlsPath } = await import("./native-hls-path.ts");
  requireWanted(request);
  return new NativeHlsPath(request);
};

/** A network in trouble must not be asked for code first: the sure way's is fetched while all is well. */
export function prepareOther(playing: Path): void {
  if (playing === "webrtc") loadHls().catch(() => {});
}

/** See probe-webrtc.ts; where its code cannot be had, WebRTC cannot either. */
export const probeWebrtc: NonNullable<ProgrammePlayerOptions["probeWebrtc"]> = (...args) =>
  import("./probe-webrtc.ts").then(
    (found) => found.probeWebrtc(...args),
    () => false,
  );

/** A path takes the element as it is made, and empties it as it is closed. */
function requireWanted({ isWanted }: PathRequest): void {
  if (!isWanted()) throw new Error("another way was taken meanwhile");
}

function loadHls() {
  return Promise.all([import("hls.js"), import("./hls-path.ts")]);
}
