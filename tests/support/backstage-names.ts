import { routerRtpCapabilities } from "../../server/contract/router-capabilities.ts";
import { Browser } from "./browser.ts";
import type { Product } from "./product.ts";

/** Looks into the demo stage's backstage as a speaker would: the names of all who are there, sorted. */
export async function readBackstageNames(product: Product): Promise<string[]> {
  const browser = new Browser(product.url);
  try {
    await browser.open({ token: product.link(/^Speaker/).split("#")[1] ?? "" });
    const { id } = await browser.call("readStage", {
      params: { event: "jarjestomessut", stage: "paasali" },
    });
    const socket = await browser.socket();
    const { roomId, peers } = await socket.request("room:join", {
      room: { kind: "backstage", stageId: id },
      peerKey: crypto.randomUUID().replaceAll("-", ""),
      displayName: "Katsoja",
      rtpCapabilities: routerRtpCapabilities as unknown as Record<string, unknown>,
    });
    await socket.request("room:leave", { roomId });
    return peers.map((peer) => peer.displayName).sort();
  } finally {
    browser.close();
  }
}
