import { defineFault } from "../../support/chaos/fault.ts";
import { mediaFigures, strikeProcess } from "../../support/chaos/media-figures.ts";
import { requireStageWorker } from "../../support/chaos/stage-worker.ts";

export default defineFault({
  name: "media-worker-hung",
  title: "media worker SIGSTOP",
  bounds: mediaFigures,
  strike: async (load) => strikeProcess(load, { pid: requireStageWorker(load), signal: "SIGSTOP" }),
});
