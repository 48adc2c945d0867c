import { packedBytes, stagePageScripts } from "../support/page-size.ts";
import { defineBench } from "./harness/define-bench.ts";

/** As published for livekit-client's UMD build, gzip: a library alone, without an interface. */
const LIVEKIT_CLIENT_KB = 150;

export default defineBench({
  name: "page-size",
  title: "JavaScript of a live stage's page before its first picture",
  async run(bench) {
    const scripts = stagePageScripts();
    const bytes = scripts.reduce((sum, file) => sum + packedBytes(file), 0);
    bench.record({
      what: "attendee page's JavaScript before the first picture",
      unit: "kB gzip",
      value: bytes / 1000,
      floor: 180,
      ambition: 105,
      notes: [`${scripts.length} scripts; livekit-client alone is published as ${LIVEKIT_CLIENT_KB} kB`],
    });
  },
});
