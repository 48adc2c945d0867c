import { databaseFigures, stopDatabase } from "../../support/chaos/database-figures.ts";
import { defineFault } from "../../support/chaos/fault.ts";

export default defineFault({
  name: "database-stopped-3s",
  title: "PostgreSQL stopped for 3 s",
  bounds: databaseFigures,
  strike: (load) => stopDatabase(load, 3_000),
});
