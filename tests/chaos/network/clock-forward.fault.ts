import { defineFault } from "../../support/chaos/fault.ts";
import { createClockedLoad } from "./clocked-load.ts";
import { clockFigures, strikeClock, thereAndBack } from "./strike-clock.ts";

export default defineFault({
  name: "clock-forward",
  title: "clock set forward by an hour, and back",
  ground: createClockedLoad,
  bounds: clockFigures,
  strike: (load) => strikeClock(load, thereAndBack(3_600)),
});
