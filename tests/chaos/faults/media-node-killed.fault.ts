import { defineFault } from "../../support/chaos/fault.ts";
import { mediaFigures, readMedia } from "../../support/chaos/media-figures.ts";
import { requirePid } from "../../support/product-processes.ts";

/** A whole process starts, and everybody enters anew. */
const BACK_S = 8;
const { booth, ...rest } = mediaFigures;

export default defineFault({
  name: "media-node-killed",
  title: "media node SIGKILL",
  bounds: {
    ...rest,
    webrtcPicture: { ...rest.webrtcPicture, atMost: BACK_S },
    hlsPicture: { ...rest.hlsPicture, atMost: BACK_S },
    screenPicture: { ...rest.screenPicture, atMost: BACK_S },
    viewersPicture: { ...rest.viewersPicture, atMost: BACK_S },
    viewersSound: { ...rest.viewersSound, atMost: BACK_S },
    hlsGap: { what: rest.hlsGap.what, unit: rest.hlsGap.unit },
    recordingGap: { what: rest.recordingGap.what, unit: rest.recordingGap.unit },
    booth: { ...booth, atMost: BACK_S },
  },
  async strike(load) {
    const node = requirePid(load.product, "media node");
    const since = await load.begin();
    process.kill(node, "SIGKILL");
    return readMedia(load, since);
  },
});
