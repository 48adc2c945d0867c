import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { pageFiles } from "./page-files-plugin.ts";
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

/**
 * What the first view of a stage needs, in two pieces instead of twenty: the way of the media, which knows no React
 * and begins before it, and what is seen.
 */
const chunks = [
  {
    name: "media",
    test: /client\/src\/(?:player\/(?!hls|native|fair|dated|early|webrtc|probe)|room\/(?:audience|layer|page-cert|receive))/,
  },
  {
    name: "view",
    test: /client\/src\/(?:ui\/(?!call|dialog|avatar|awning|theme\.ts)|navigation\/(?!match)|features\/(?:stages\/(?!stage-page|stage-query)|player|schedule\/schedule-list|recordings\/replay-list)|i18n\/(?:dates|local-text|translate|use-)|api\/use-)/,
  },
];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), layerOrder(), screenWorker(), pageFiles()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    // No data: addresses, so that the content security policy needs none.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    rolldownOptions: { output: { codeSplitting: { groups: chunks, includeDependenciesRecursively: false } } },
  },
  server: {
    proxy: {
      "/api": server,
      "/media": server,
      "/socket.io": { target: server, ws: true },
    },
  },
});
