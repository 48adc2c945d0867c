import { defineFault } from "../../support/chaos/fault.ts";
import { audienceFigures, strikeAudience } from "./strike-audience.ts";
import { createAudienceLoad } from "./wired-load.ts";

/** So short that no ping has failed to come yet: what the pages sent meanwhile hangs in TCP. */
const CUT_MS = 10_000;

export default defineFault({
  name: "audience-cut-short",
  title: "network of a viewer and of a screen cut for 10 s",
  ground: createAudienceLoad,
  bounds: audienceFigures,
  strike: (load) => strikeAudience(load, { cutMs: CUT_MS }),
});
