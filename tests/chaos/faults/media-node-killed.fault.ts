import { defineFault } from "../../support/chaos/fault.ts";
import { mediaFigures, readMedia } from "../../support/chaos/media-figures.ts";
import { runBounds } from "../../support/chaos/run-figures.ts";
import { requirePid } from "../../support/product-processes.ts";

/** A whole process starts, and everybody enters anew. */
const back = { atMost: 8 };

export default defineFault({
  name: "media-node-killed",
  title: "media node SIGKILL",
  bounds: {
    ...mediaFigures,
    ...runBounds({
      webrtcPicture: back,
      hlsPicture: back,
      screenPicture: back,
      viewersPicture: back,
      viewersSound: back,
      booth: back,
      hlsGap: {},
      recordingGap: {},
    }),
  },
  async strike(load) {
    const node = requirePid(load.product, "media node");
    const since = await load.begin();
    process.kill(node, "SIGKILL");
    return readMedia(load, since);
  },
});
