import { Browser } from "./browser.ts";
import type { Product } from "./product.ts";

export const DEMO_STAGE = { event: "jarjestomessut", stage: "paasali" };

/** The demo stage on air without anybody's camera: its programme is the slate. `close()` ends the broadcast. */
export async function goOnAir(product: Product): Promise<{ stageId: string; close: () => Promise<void> }> {
  const browser = new Browser(product.url);
  await browser.open({ token: product.link(/^Host/).split("#")[1] ?? "" });
  const { id: stageId, state } = await browser.call("readStage", { params: DEMO_STAGE });
  const socket = await browser.socket();
  if (state.phase === "closed") await socket.request("stage:openRehearsal", { stageId });
  await socket.request("stage:goLive", { stageId });
  return {
    stageId,
    async close() {
      await socket.request("stage:end", { stageId });
      browser.close();
    },
  };
}
