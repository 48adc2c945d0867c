import { databaseFigures, stopDatabase } from "../../support/chaos/database-figures.ts";
import { defineFault } from "../../support/chaos/fault.ts";

export default defineFault({
  name: "database-stopped-60s",
  title: "PostgreSQL stopped for 60 s",
  bounds: { ...databaseFigures, readinessRed: { what: "readiness red", unit: "s", atLeast: 50 } },
  limitMs: 240_000,
  strike: (load) => stopDatabase(load, 60_000),
});
