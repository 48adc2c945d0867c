import { losePackets } from "../../support/bad-network.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { layerFigures, lineFigures, strikeLine } from "./strike-line.ts";
import { createLineLoad } from "./wired-load.ts";

export default defineFault({
  name: "loss",
  title: "20 % of a viewer's packets lost, both ways, for 15 s",
  ground: createLineLoad,
  bounds: { ...lineFigures, ...layerFigures },
  strike: (load) => strikeLine(load, ({ cable }) => losePackets(cable, 0.2)),
});
