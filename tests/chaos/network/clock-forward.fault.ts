import { defineFault } from "../../support/chaos/fault.ts";
import { createClockedLoad } from "./clocked-load.ts";
import { clockFigures, strikeClock } from "./strike-clock.ts";

const OFFSET_SECONDS = 3600;

export default defineFault({
  name: "clock-forward",
  title: "clock set forward by an hour, and back",
  ground: createClockedLoad,
  bounds: clockFigures,
  strike: (load) =>
    strikeClock(load, async (clock) => {
      await clock.set(OFFSET_SECONDS);
      await clock.linger();
      await clock.set(0);
    }),
});
