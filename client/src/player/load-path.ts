import type { LoadPath } from "./programme-player.ts";

/** Fetches only what the way needs: mediasoup-client, hls.js, or neither. */
export const loadPath: LoadPath = async (name, request) => {
  if (name === "webrtc") {
    const [{ WebrtcPath }, { openAudienceEntrance }] = await Promise.all([
      import("./webrtc-path.ts"),
      import("../room/audience-entrance.ts"),
    ]);
    if (request.programme.kind !== "live") throw new Error("a recording has no room");
    return new WebrtcPath({ ...request, programme: request.programme, openEntrance: openAudienceEntrance });
  }
  const { default: Hls } = await import("hls.js");
  if (Hls.isSupported()) {
    const { HlsPath } = await import("./hls-path.ts");
    return new HlsPath({ ...request, Hls });
  }
  const { NativeHlsPath } = await import("./native-hls-path.ts");
  return new NativeHlsPath(request);
};
