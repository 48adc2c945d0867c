import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../../server/platform/process-table.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { findFreePort } from "../../support/free-port.ts";
import { launch } from "../../support/launched.ts";

export default defineFault({
  name: "two-servers",
  title: "a second start on the same data folder",
  bounds: {
    ended: { what: "the second ended after", unit: "s", atMost: 5 },
    exitCode: { what: "exit code of the second", unit: "", atLeast: 1, atMost: 1 },
    sentences: { what: "sentences that say why", unit: "", atLeast: 1, atMost: 1 },
    firstLives: { what: "processes of the first that stayed the same", unit: "%", atLeast: 100 },
    webrtcPicture: { what: "picture away, page by WebRTC", unit: "s", atMost: 1.5, at: "pages" },
    hlsPicture: { what: "picture away, page by HLS", unit: "s", atMost: 1.5, at: "pages" },
    socketsLost: { what: "sockets lost", unit: "", atMost: 0 },
  },
  async strike(load) {
    const before = load.product.pids();
    const since = await load.begin();
    const port = String(await findFreePort());
    const second = launch(load.place, {
      script: "server/launcher/main.ts",
      env: {
        PORT: port,
        TORILLA_PUBLIC_URL: `http://localhost:${port}`,
        TORILLA_MEDIA_PORT: String(await findFreePort()),
      },
    });
    const code = await Promise.race([second.exited, sleep(20_000, "still there", { ref: false })]);
    const ended = (Date.now() - since) / 1000;
    if (code === "still there") second.child.kill("SIGKILL");
    const reasons = second.text().match(/Torilla already runs on .+/g) ?? [];
    await sleep(1_000);
    const after = load.product.pids();
    const names = Object.keys(before);
    const same = names.filter((name) => after[name] === before[name] && isAlive(before[name]!));
    const run = await load.read(since);
    return {
      ended,
      exitCode: typeof code === "number" ? code : -1,
      sentences: reasons.length,
      firstLives: (100 * same.length) / names.length,
      webrtcPicture: run.pageWebrtcS,
      hlsPicture: run.pageHlsS,
      socketsLost: run.socketsLost,
    };
  },
});
