import { defineFault } from "../../support/chaos/fault.ts";
import { createClockedLoad } from "./clocked-load.ts";
import { clockFigures, strikeClock } from "./strike-clock.ts";

const OFFSET_SECONDS = -600;

export default defineFault({
  name: "clock-back",
  title: "clock set back by ten minutes, and forward",
  ground: createClockedLoad,
  bounds: clockFigures,
  strike: (load) =>
    strikeClock(load, async (clock) => {
      await clock.set(OFFSET_SECONDS);
      await clock.linger();
      await clock.set(0);
    }),
});
