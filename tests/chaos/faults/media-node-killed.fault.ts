import { defineFault } from "../../support/chaos/fault.ts";
import { mediaFigures, strikeProcess } from "../../support/chaos/media-figures.ts";
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
  strike: async (load) =>
    strikeProcess(load, { pid: requirePid(load.product, "media node"), signal: "SIGKILL" }),
});
