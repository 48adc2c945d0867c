import { defineFault } from "../../support/chaos/fault.ts";
import { AUTUMN_CHANGE, createAutumnLoad } from "./clocked-load.ts";
import { clockFigures, strikeClock } from "./strike-clock.ts";

/** The product lives through the hour's end as through any other. */
const BEFORE_MS = 5_000;

export default defineFault({
  name: "autumn-night",
  title: "the night in which clocks go back by an hour",
  ground: createAutumnLoad,
  bounds: clockFigures,
  strike: (load) => strikeClock(load, (clock) => clock.setTo(new Date(AUTUMN_CHANGE.getTime() - BEFORE_MS))),
});
