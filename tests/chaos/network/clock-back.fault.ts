import { defineFault } from "../../support/chaos/fault.ts";
import { createClockedLoad } from "./clocked-load.ts";
import { clockFigures, strikeClock, thereAndBack } from "./strike-clock.ts";

export default defineFault({
  name: "clock-back",
  title: "clock set back by ten minutes, and forward",
  ground: createClockedLoad,
  bounds: clockFigures,
  strike: (load) => strikeClock(load, thereAndBack(-600)),
});
