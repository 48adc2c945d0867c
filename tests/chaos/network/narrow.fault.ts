import { limitRate } from "../../support/bad-network.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { layerFigures, lineFigures, strikeLine } from "./strike-line.ts";
import { createLineLoad } from "./wired-load.ts";

export default defineFault({
  name: "narrow",
  title: "a viewer's line has 500 kbit/s for 15 s",
  ground: createLineLoad,
  bounds: { ...lineFigures, ...layerFigures },
  strike: (load) => strikeLine(load, ({ cable }) => limitRate(cable, 500)),
});
