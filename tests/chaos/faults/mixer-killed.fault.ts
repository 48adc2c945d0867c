import { defineFault } from "../../support/chaos/fault.ts";
import { mediaFigures, readMedia } from "../../support/chaos/media-figures.ts";
import { requireMixerPid } from "../../support/product-processes.ts";

export default defineFault({
  name: "mixer-killed",
  title: "mixer SIGKILL",
  bounds: mediaFigures,
  async strike(load) {
    const mixer = requireMixerPid(load.product);
    const since = await load.begin();
    process.kill(mixer, "SIGKILL");
    return readMedia(load, since);
  },
});
