import { defineFault } from "../../support/chaos/fault.ts";
import { audienceFigures, strikeAudience } from "./strike-audience.ts";
import { createAudienceLoad } from "./wired-load.ts";

export default defineFault({
  name: "audience-cut",
  title: "network of a viewer and of a screen cut for 30 s",
  ground: createAudienceLoad,
  bounds: audienceFigures,
  strike: (load) => strikeAudience(load, { cutMs: 30_000 }),
});
