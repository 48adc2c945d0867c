/*
 * The client's development server (`npm run dev`), a process of its own: serves the sources with hot reload and
 * passes everything else on to the server.
 */
import { createServer } from "vite";

const vite = await createServer({
  configFile: "client/vite.config.ts",
  server: { port: Number(process.argv[2]), strictPort: true },
  clearScreen: false,
});
await vite.listen();
process.send?.({ type: "ready" });

async function end(): Promise<void> {
  await vite.close();
  process.exit(0);
}
process.once("disconnect", () => void end());
process.once("SIGTERM", () => void end());
