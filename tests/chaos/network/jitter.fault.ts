import { defineFault } from "../../support/chaos/fault.ts";
import { lineFigures, strikeLine } from "./strike-line.ts";
import { createRelayedLoad } from "./wired-load.ts";

export default defineFault({
  name: "jitter",
  title: "a viewer's packets take 0 to 300 ms, each another time, for 15 s",
  ground: createRelayedLoad,
  bounds: lineFigures,
  async strike(load) {
    const {
      layerDown: _down,
      smallStill: _small,
      ...figures
    } = await strikeLine(load, (wire) => {
      wire.jitter(300);
      return () => wire.jitter(0);
    });
    return figures;
  },
});
