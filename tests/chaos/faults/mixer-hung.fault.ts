import { defineFault } from "../../support/chaos/fault.ts";
import { mediaFigures, readMedia } from "../../support/chaos/media-figures.ts";
import { untilMixerMayDie } from "../../support/chaos/mixer-deaths.ts";
import { continueProcess } from "../../support/chaos/process-signals.ts";
import { requireMixerPid } from "../../support/product-processes.ts";

export default defineFault({
  name: "mixer-hung",
  title: "mixer SIGSTOP",
  limitMs: 170_000,
  bounds: mediaFigures,
  async strike(load) {
    await untilMixerMayDie(load);
    const mixer = requireMixerPid(load.product);
    const since = await load.begin();
    process.kill(mixer, "SIGSTOP");
    try {
      return await readMedia(load, since);
    } finally {
      continueProcess(mixer);
    }
  },
});
