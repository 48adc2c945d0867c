import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { routerMediaCodecs, routerRtpCapabilities } from "../../../../server/contract/router-capabilities.ts";

it("router capabilities in the contract are those of the installed mediasoup", async () => {
  const entry = createRequire(import.meta.url).resolve("mediasoup");
  const ortc = await import(join(dirname(entry), "ortc.js"));
  const made = ortc.generateRouterRtpCapabilities(structuredClone(routerMediaCodecs));
  expect(routerRtpCapabilities).toEqual(JSON.parse(JSON.stringify(made)));
});
