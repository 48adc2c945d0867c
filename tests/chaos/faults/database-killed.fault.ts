import { databaseDeathFigures, killDatabase } from "../../support/chaos/database-figures.ts";
import { defineFault } from "../../support/chaos/fault.ts";

export default defineFault({
  name: "database-killed",
  title: "PostgreSQL SIGKILL",
  bounds: databaseDeathFigures,
  strike: killDatabase,
});
