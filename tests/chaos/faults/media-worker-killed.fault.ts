import { defineFault } from "../../support/chaos/fault.ts";
import { mediaFigures, readMedia } from "../../support/chaos/media-figures.ts";
import { requireStageWorker } from "../../support/chaos/stage-worker.ts";

export default defineFault({
  name: "media-worker-killed",
  title: "media worker SIGKILL",
  bounds: mediaFigures,
  async strike(load) {
    const worker = requireStageWorker(load);
    const since = await load.begin();
    process.kill(worker, "SIGKILL");
    return readMedia(load, since);
  },
});
