import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { screenWorker } from "./screen-worker-plugin.ts";

/** The server that `npm run dev` proxies to. */
const server = `http://127.0.0.1:${process.env.PORT ?? "3000"}`;

const LAYERS = "@layer reset,tokens,base,ui,features;";

/** Chunks' style sheets load in any order; the first that comes decides the layers' order, so each says it. */
function layerOrder(): Plugin {
  return {
    name: "layer-order",
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === "asset" && file.fileName.endsWith(".css")) file.source = `${LAYERS}${file.source}`;
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), layerOrder(), screenWorker()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    // No data: addresses, so that the content security policy needs none.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: {
      "/api": server,
      "/media": server,
      "/socket.io": { target: server, ws: true },
    },
  },
});
