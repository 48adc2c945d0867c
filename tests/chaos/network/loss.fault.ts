import { losePackets } from "../../support/bad-network.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { createLineLoad } from "./line-load.ts";
import { layerFigure, lineFigures, strikeLine } from "./strike-line.ts";

export default defineFault({
  name: "loss",
  title: "20 % of a viewer's packets lost, both ways, for 25 s",
  ground: createLineLoad,
  bounds: { ...lineFigures, ...layerFigure },
  strike: (load) => strikeLine(load, ({ cable }) => losePackets(cable, 0.2)),
});
