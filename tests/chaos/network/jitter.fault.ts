import { defineFault } from "../../support/chaos/fault.ts";
import { createLineLoad } from "./line-load.ts";
import { lineFigures, strikeLine } from "./strike-line.ts";

export default defineFault({
  name: "jitter",
  title: "a viewer's packets take 0 to 300 ms, each another time, for 25 s",
  ground: createLineLoad,
  bounds: lineFigures,
  async strike(load) {
    const { layerDown: _stays, ...figures } = await strikeLine(load, ({ relay }) => {
      relay.jitter(300);
      return () => relay.jitter(0);
    });
    return figures;
  },
});
