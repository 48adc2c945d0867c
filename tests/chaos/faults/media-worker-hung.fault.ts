import { defineFault } from "../../support/chaos/fault.ts";
import { mediaFigures, readMedia } from "../../support/chaos/media-figures.ts";
import { continueProcess } from "../../support/chaos/process-signals.ts";
import { requireStageWorker } from "../../support/chaos/stage-worker.ts";

export default defineFault({
  name: "media-worker-hung",
  title: "media worker SIGSTOP",
  bounds: mediaFigures,
  async strike(load) {
    const worker = requireStageWorker(load);
    const since = await load.begin();
    process.kill(worker, "SIGSTOP");
    try {
      return await readMedia(load, since);
    } finally {
      continueProcess(worker);
    }
  },
});
