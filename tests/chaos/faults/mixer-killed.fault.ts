import { defineFault } from "../../support/chaos/fault.ts";
import { mediaFigures, strikeProcess } from "../../support/chaos/media-figures.ts";
import { untilMixerMayDie } from "../../support/chaos/mixer-deaths.ts";
import { requireMixerPid } from "../../support/product-processes.ts";

export default defineFault({
  name: "mixer-killed",
  title: "mixer SIGKILL",
  limitMs: 170_000,
  bounds: mediaFigures,
  async strike(load) {
    await untilMixerMayDie(load);
    return strikeProcess(load, { pid: requireMixerPid(load.product), signal: "SIGKILL" });
  },
});
