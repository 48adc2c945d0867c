import { limitRate } from "../../support/bad-network.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { createLineLoad } from "./line-load.ts";
import { layerFigure, lineFigures, strikeLine } from "./strike-line.ts";

export default defineFault({
  name: "narrow",
  title: "a viewer's line has 500 kbit/s for 25 s",
  ground: createLineLoad,
  bounds: { ...lineFigures, ...layerFigure },
  strike: (load) => strikeLine(load, ({ cable }) => limitRate(cable, 500)),
});
